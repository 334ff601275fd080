"""Public verification of a PDF itself: who signed it, whether it was changed, whether it still holds."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View

from orgs.access import public
from records import documents
from records.documents.checking import MAX_BYTES

# Tone, title and advice of each verdict of check_pdf.
VERDICTS = {
    "valid": (
        "ok",
        _("文件真实有效"),
        _("签名有效，内容与签发时完全一致，目前有效。"),
    ),
    "revoked": (
        "bad",
        _("文件已撤销"),
        _("文件确由发文机关签发且未被改动，但已撤销，不再有效。如有疑问请向发文机关核实。"),
    ),
    "superseded": (
        "back",
        _("文件已被替代"),
        _("文件确由发文机关签发且未被改动，但已由新文件替代，请以发文机关的最新文件为准。"),
    ),
    "changed": (
        "bad",
        _("文件与签发时不一致"),
        _("文件在签发后被改动或已损坏，不能采信。请向持件人索取原文件，或向发文机关核实。"),
    ),
    "unknown": (
        "bad",
        _("登记中没有这份文件"),
        _("签名来自受信任的密钥，但登记中没有对应的文件，不能采信。请向发文机关核实。"),
    ),
    "foreign": (
        "bad",
        _("不是本系统签发的文件"),
        _("文件带有签名，但签名无效或不属于本系统的发文机关。请向文件上写明的发文机关核实。"),
    ),
    "unsigned": (
        "back",
        _("文件没有电子签名"),
        _("可能是扫描件、照片或另存的副本，无法从文件本身判断真伪。请输入文件上的核验码，逐项核对内容。"),
    ),
    "not_pdf": (
        "back",
        _("这不是 PDF 文件"),
        _("请选择从系统下载的 PDF 原文件；纸质文件请输入核验码。"),
    ),
    "too_large": (
        "back",
        _("文件超过 10 MB"),
        _("本系统签发的文件不会这样大。请选择从系统下载的 PDF 原文件，或输入核验码。"),
    ),
}


class VerifyFile(View):
    """Checks an uploaded PDF in memory and forgets it."""

    access = public("anybody who holds a document may verify it; stores nothing, shows no personal data")

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("verify_form"))

    def post(self, request: HttpRequest) -> HttpResponse:
        file = request.FILES.get("file")
        if file is None:
            return render(request, "verify/form.html", {"is_file_missing": True}, status=400)
        found = documents.check_pdf(file.read(MAX_BYTES + 1))
        tone, title, advice = VERDICTS[found["verdict"]]
        page = {"found": found, "tone": tone, "title": title, "advice": advice}
        return render(request, "verify/file.html", page)


class IssuerCertificates(View):
    """The certificates that signatures lead to, for checking documents offline."""

    access = public("certificates are published so that anybody can check a signature without this system")

    def get(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(documents.public_certificates(), content_type="application/x-pem-file")
        response["Content-Disposition"] = 'attachment; filename="issuers.pem"'
        return response
