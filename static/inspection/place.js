/* Where the phone is, when the person allows it. Indoors there is often no answer: then it is simply unknown. */

const NOWHERE = { lat: null, lon: null, accuracy: null };
const round = (value, digits) => Number(value.toFixed(digits));

export function locate(patience) {
  return new Promise((resolve) => {
    if (!navigator.geolocation) { resolve(NOWHERE); return; }
    setTimeout(resolve, patience + 500, NOWHERE); // a question that nobody answers
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({
        lat: round(coords.latitude, 6), lon: round(coords.longitude, 6), accuracy: round(coords.accuracy, 1),
      }),
      () => resolve(NOWHERE),
      { enableHighAccuracy: true, timeout: patience, maximumAge: 120000 },
    );
  });
}
