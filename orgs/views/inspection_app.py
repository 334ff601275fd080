"""The inspectors' web app for the phone: its shell, its files, its manifest, its worker. No data of anybody.

Everything that the app is made of stands under an address that holds the version, a hash over all of it. So one page
never mixes two versions: its modules import each other inside that folder, the worker fetches the whole folder before
it takes over, and the files of another version are not found here (the worker then keeps the one it has).
"""

import hashlib
import json
import mimetypes
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.gzip import gzip_page

from ..access import public
from .inspection_texts import texts

TEMPLATE = "inspections/app.html"
#: Files of the app that stand outside its own folder.
SHARED = {
    "icons.svg": "ui/icons.svg",
    "idb.js": "vendor/idb.js",
    "signature_pad.js": "vendor/signature_pad.min.js",
}
THEME = "#b8141f"
SHELL = public("the empty shell of the inspection app must open without a network, also signed out")
FILES = public("program files of the inspection app, the same for everybody")
FOREVER = "public, max-age=31536000, immutable"
Files = dict[str, bytes]


def app_paths() -> dict[str, Path]:
    """Every file of the app by its name inside the version's folder. The worker and the icons have own addresses."""
    folder = Path(str(finders.find("inspection")))
    own = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".js", ".css"} and path.name != "worker.js"
    }
    return own | {name: Path(str(finders.find(path))) for name, path in SHARED.items()}


def app_files() -> tuple[str, Files]:
    """The version and the contents of all files, read anew only when one of them was changed."""
    paths = app_paths() | {"": Path(settings.BASE_DIR) / "templates" / TEMPLATE, "worker.js": worker_path()}
    return _read(tuple((name, path, path.stat().st_mtime_ns) for name, path in paths.items()))


@lru_cache(maxsize=2)
def _read(paths: tuple[tuple[str, Path, int], ...]) -> tuple[str, Files]:
    files = {name: path.read_bytes() for name, path, _changed in paths}
    for language, _name in settings.LANGUAGES:
        with override(language):
            content = json.dumps(texts(), ensure_ascii=False, sort_keys=True)
        files[f"texts.{language}.json"] = content.encode()
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name} {hashlib.sha256(files[name]).hexdigest()}\n".encode())
    version = digest.hexdigest()[:16]
    del files[""], files["worker.js"]
    return version, files


def worker_path() -> Path:
    return Path(str(finders.find("inspection/worker.js")))


def show_app(request: HttpRequest) -> HttpResponse:
    """The page that holds nothing: what is on it comes from the phone itself."""
    version, _files = app_files()
    response = render(request, TEMPLATE, {"version": version})
    response["X-App-Version"] = version
    response["Cache-Control"] = "no-cache"
    return response


@gzip_page
def show_app_file(request: HttpRequest, version: str, name: str) -> HttpResponse:
    """One file of the running version. Raises Http404 for any other version."""
    current, files = app_files()
    if version != current or name not in files:
        raise Http404
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind.startswith("text/") or kind.endswith("json"):
        kind += "; charset=utf-8"
    return HttpResponse(files[name], content_type=kind, headers={"Cache-Control": FOREVER})


def show_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, told its version and what belongs to it: a new version is a new worker for the browser."""
    version, files = app_files()
    own = {
        "version": version,
        "shell": reverse("inspection_app"),
        "files": list(_addresses(version, files)),
        "api": reverse("inspection_app").replace("app/", "api/"),
    }
    content = f"const APP = {json.dumps(own)};\n" + worker_path().read_text(encoding="utf-8")
    headers = {
        "Cache-Control": "no-cache",
        "Service-Worker-Allowed": reverse("inspection_app").removesuffix("app/"),
    }
    return HttpResponse(content, content_type="text/javascript; charset=utf-8", headers=headers)


def _addresses(version: str, files: Files) -> Iterator[str]:
    for name in sorted(files):
        yield reverse("inspection_app_file", args=[version, name])
    yield reverse("inspection_app_manifest")
    yield static("inspection/icon-192.png")
    yield static("ui/mark.svg")


def show_manifest(request: HttpRequest) -> HttpResponse:
    """What the phone shows once the app is installed: the name in Chinese, as everywhere outside the pages."""
    sizes = {"icon-192.png": "192x192", "icon-512.png": "512x512", "icon-maskable-512.png": "512x512"}
    icons = [
        {
            "src": static(f"inspection/{name}"),
            "sizes": size,
            "type": "image/png",
            "purpose": "maskable" if "maskable" in name else "any",
        }
        for name, size in sizes.items()
    ]
    with override("zh-hans"):
        manifest = {
            "id": reverse("inspection_app"),
            "name": _("六有 现场验收"),
            "short_name": _("现场验收"),
            "description": _("达标验收的现场记录，没有网络也能用。"),
        }
    manifest |= {
        "lang": "zh-CN",
        "start_url": reverse("inspection_app"),
        "scope": reverse("inspection_app").removesuffix("app/"),
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#ffffff",
        "theme_color": THEME,
        "icons": icons,
    }
    return JsonResponse(
        manifest,
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
        headers={"Cache-Control": "no-cache"},
    )


show_app.access = SHELL
show_app_file.access = show_worker.access = show_manifest.access = FILES
