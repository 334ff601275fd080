/* Pictures as they are kept: JPEG of at most 1600 px, without anything that a camera writes into a file. What is no
   picture, or would not fit into the phone's memory when unpacked, is refused before it is unpacked. */

import { sha256 } from './crypto.js';

const LONGEST = 1600;
const THUMB = 168;
const QUALITY = 0.82;
const MAX_PIXELS = 25e6;
const MAX_BYTES = 40 * 1048576;
const HEAD = 256 * 1024;

/** A picture was refused; `reason` is the key of the text that says why and what to do. */
export class Refused extends Error {
  constructor(reason) { super(reason); this.reason = reason; }
}

/** Width and height from the first bytes: {width, height}, null when they do not say. Raises Refused. */
export function sizeOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = (...codes) => codes.every((code, index) => bytes[index] === code);
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) && bytes.length > 24) {
    return { width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (starts(0xff, 0xd8, 0xff)) return sizeOfJpeg(view);
  throw new Refused('photo_no_picture');
}

function sizeOfJpeg(view) {
  let at = 2;
  while (at + 9 < view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (frame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    const bare = marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    at += marker === 0xff ? 1 : bare ? 2 : 2 + view.getUint16(at + 2);
  }
  return null; // a head longer than what was read; the decoder decides
}

async function unpack(file) {
  if (!file.size || file.size > MAX_BYTES) throw new Refused(file.size ? 'photo_too_large' : 'photo_no_picture');
  const size = sizeOf(new Uint8Array(await file.slice(0, HEAD).arrayBuffer()));
  if (size && size.width * size.height > MAX_PIXELS) throw new Refused('photo_too_many_pixels');
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    throw new Refused('photo_broken');
  }
  if (bitmap.width * bitmap.height > MAX_PIXELS) { bitmap.close(); throw new Refused('photo_too_many_pixels'); }
  return bitmap;
}

function drawn(bitmap, longest) {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff'; // what is transparent in a PNG
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function encoded(canvas, type) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob.arrayBuffer()) : reject(new Refused('photo_broken'))), type, QUALITY);
  });
}

/** A photo as it is kept: {sha256, bytes, thumb, width, height, takenAt}. Raises Refused. */
export async function prepare(file) {
  const bitmap = await unpack(file);
  try {
    const canvas = drawn(bitmap, LONGEST);
    const bytes = await encoded(canvas, 'image/jpeg');
    return {
      sha256: await sha256(bytes), bytes, thumb: drawn(canvas, THUMB).toDataURL('image/jpeg', 0.7),
      width: canvas.width, height: canvas.height,
      takenAt: new Date(Math.min(file.lastModified || Date.now(), Date.now())).toISOString(),
    };
  } finally {
    bitmap.close();
  }
}

/** A signature drawn on a canvas, kept like a photo. */
export async function signature(canvas) {
  const paper = drawn(canvas, 1000);
  const bytes = await encoded(paper, 'image/png');
  return { sha256: await sha256(bytes), bytes, thumb: drawn(paper, 320).toDataURL('image/png') };
}
