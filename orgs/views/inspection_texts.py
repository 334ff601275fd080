"""All words of the inspectors' app by the key that its modules use; ``{name}`` is filled in on the phone."""

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

FRAME = {
    "title": _("现场验收 · 六有"),
    "title_count": _("（{number}条未上传）现场验收 · 六有"),
    "navigation": _("底部导航"),
    "tab_desk": _("待办"),
    "tab_list": _("验收"),
    "tab_outbox": _("上传"),
    "tab_me": _("我的"),
    "back": _("返回列表"),
    "close": _("关闭"),
    "cancel": _("取消"),
    "needs_network": _("没有网络，这里要联网才能打开"),
    "try_again": _("再试一次"),
    "not_saved": _("“{what}”没有保存到手机，已经保存的记录都还在。请再试一次。"),
    "phone_full": _(
        "手机存储空间已满，“{what}”没有保存；已经保存的记录都还在。请删除手机里不用的照片、视频或应用，"
        "再点“再试一次”。已上传的照片会自动从手机上清除。"
    ),
    "no_database": _(
        "这个浏览器不能在手机上保存记录。请不要使用无痕模式，并用 Chrome、Edge 或 Safari 打开。"
    ),
}

STATE = {
    "uploaded": _("已上传"),
    "all_uploaded": _("已全部上传"),
    "not_uploaded": _("未上传 {facts} 条记录、{photos} 张图片"),
    "sending": _("正在上传：还有 {facts} 条记录、{photos} 张图片"),
    "offline": _("离线"),
    "offline_count": _("离线 {number}"),
    "offline_text": _("没有网络，记录都保存在手机上，联网后自动上传。"),
    "phase_signin": _("需要登录"),
    "phase_signin_text": _("请重新登录，记录都在手机上。"),
    "phase_full": _("存储已满"),
    "phase_full_text": _("手机或服务器的存储空间已满，上传暂停，记录都还在手机上。{reason}"),
    "phase_error": _("上传出错"),
    "phase_error_text": _("服务器暂时没有收下，稍后自动再试，记录都还在手机上。{reason}"),
    "phase_gone": _("不能上传"),
    "phase_gone_text": _("服务器不接受您的账号上传，记录都还在手机上。请联系上级经办人员。{reason}"),
    "attention": _("需处理"),
    "attention_text": _("有的验收需要您处理，请看下面的说明。"),
    "cancelled": _("已取消"),
    "moved": _("已改期"),
    "conflicts": _("{number} 处记录不一致，请选择"),
    "trouble_gone": _("服务器不接受，记录都在手机上，请联系经办人员。{reason}"),
    "trouble_error": _("上传出错，稍后自动再试。{reason}"),
    "trouble_conflict": _("两部手机的记录不一致，请打开选择"),
    "trouble_photo": _("有照片被拒收，请打开重拍"),
    "refused_some": _("有记录被拒收，请打开重新填写"),
    "waits_receipt": _("已提交，等待服务器回执"),
    "not_begun": _("未开始"),
    "kept_phone": _("已存 {time}"),
    "kept_server": _("已上传 {time}"),
    "fact_refused": _("服务器拒收：{reason}"),
}

LISTS = {
    "group_before": _("已过约定日期"),
    "group_today": _("今天"),
    "group_tomorrow": _("明天"),
    "group_later": _("以后"),
    "group_finished": _("已提交，待上传"),
    "visits_count": _("{number} 家"),
    "progress": _("评定进度"),
    "no_visits": _("手机上没有待验收的单位"),
    "no_visits_text": _("指派给您的现场验收会出现在这里。第一次使用请在有网络的地方打开一次。"),
    "clock_wrong": _("手机时间与服务器相差五分钟以上，记录的时间会不准。请在手机设置里打开“自动设置时间”。"),
    "receipts": _("已收到回执"),
    "receipt": _("服务器已收到 {facts} 条记录、{photos} 张图片，{time}"),
    "receipt_late": _("另有 {number} 条记录在提交后才到达，已保存，不计入结果。"),
    "receipt_digest": _("校验码 {digest}"),
    "by_visit": _("各次验收"),
    "upload_now": _("立即上传"),
    "last_contact": _("上次联网 {time}"),
    "outbox_text": _("每次验收全部上传、服务器给出回执后，记录和照片从手机上清除，只留回执。"),
    "door_title": _("请先登录"),
    "door_text": _("登录后，指派给您的验收会保存到手机上，之后没有网络也能打开。"),
    "door_locked": _(
        "这部手机上有 {facts} 条记录、{photos} 张图片没有上传，已加密保存。由记录的验收员本人登录后继续上传。"
    ),
    "door_offline": _("现在没有网络，登录需要联网。"),
    "door_refused": _("您登录的账号不能做现场验收。请换验收员的账号登录。{reason}"),
    "sign_in": _("登录"),
}

VISIT = {
    "purpose_regular": _("验收"),
    "purpose_third": _("第三人复核"),
    "purpose_again": _("复验"),
    "purpose_sample": _("区级抽查"),
    "call": _("打电话给 {contact} {telephone}"),
    "call_short": _("电话"),
    "navigate": _("导航到 {place}"),
    "navigate_short": _("导航"),
    "arrival": _("到达"),
    "arrive": _("到达签到"),
    "arrived": _("{time} 到达，{place}"),
    "place_near": _("定位误差约 {accuracy} 米"),
    "place": _("北纬 {lat}，东经 {lon}，误差约 {accuracy} 米"),
    "place_unknown": _("没有取得位置"),
    "cancelled_text": _("这次验收已取消，不用再去：{reason}。已有的记录仍会上传。"),
    "no_reason": _("没有说明原因"),
    "take_off_phone": _("从手机移除"),
    "moved_text": _("这次验收已改期，原定 {before}，{place}。"),
    "understood": _("知道了"),
    "criteria": _("按项目查看"),
    "assessed": _("项已评"),
    "points_so_far": _("已得 {points} 分"),
    "next_item": _("下一项"),
    "sign_short": _("签名"),
    "vetoes": _("一票否决"),
    "closing": _("情况说明和签名"),
    "result_met": _("达标"),
    "result_unmet": _("未达标"),
    "result_na": _("不适用"),
    "mandatory": _("必备"),
    "full_points": _("{points} 分"),
    "points_label": _("得分"),
    "of_points": _("/ {full} 分"),
    "points_given": _("{points} 分"),
    "less": _("{code} 减半分"),
    "more": _("{code} 加半分"),
    "verdict_of": _("{code} 的评定"),
    "note_of": _("{code} 的说明"),
    "note_placeholder": _("说明（选填）"),
    "note_missing": _("说明哪里未达标、看到了什么"),
    "add_note": _("说明"),
    "add_note_to": _("给 {code} 加说明"),
    "veto_found": _("发现此情形"),
    "veto_none": _("未发现"),
    "veto_placeholder": _("写明看到了什么、依据是什么"),
    "self_and_rule": _("自评和标准"),
    "self": _("单位自评"),
    "self_points": _("{claim}，{points} 分"),
    "self_note": _("自评说明"),
    "not_stated": _("未填"),
    "evidence": _("证明材料"),
    "pass_rule": _("达标条件"),
    "general": _("情况说明"),
    "general_placeholder": _("对这次验收的总体说明（选填）"),
    "whole_visit": _("整次验收"),
    "conflict_of": _("{key} 有不同的记录"),
    "conflict_text": _("两处记录不一致，请选择以哪一个为准。"),
    "this_phone": _("这部手机"),
    "other_phone": _("另一部手机 {device}"),
    "take_this": _("以此为准"),
    "withdrawn": _("已删除"),
}

PHOTOS = {
    "photo": _("照片"),
    "photos": _("照片"),
    "a_photo": _("照片：{caption}"),
    "a_new_photo": _("新照片"),
    "take_photo": _("拍照"),
    "camera_of": _("为 {item} 拍照"),
    "album_of": _("为 {item} 从相册选照片"),
    "photo_kept": _("照片已存到手机，{size}"),
    "photo_number": _("照片 {number}，{state}"),
    "photo_here": _("在手机上"),
    "photo_sent": _("已上传"),
    "photo_elsewhere": _("照片在另一部手机或服务器上"),
    "photo_refused": _("服务器拒收：{reason}"),
    "photo_refused_short": _("被拒收"),
    "photo_remove": _("删除照片"),
    "photo_remove_text": _("删除后这张照片不算在验收记录里。"),
    "photo_again": _("重拍"),
    "photo_no_picture": _("这个文件不是 JPEG 或 PNG 照片，没有保存。请用相机重新拍照。"),
    "photo_too_large": _("照片文件超过 40 MB，没有保存。请用相机重新拍照。"),
    "photo_too_many_pixels": _("照片超过 2500 万像素，没有保存。请把相机调到 1200 万像素再拍。"),
    "photo_broken": _("照片无法打开，没有保存。请重新拍照。"),
    "caption": _("照片说明"),
}

CLOSING = {
    "signature": _("单位代表签名"),
    "sign": _("请代表签名"),
    "sign_again": _("重新签名"),
    "sign_none": _("请单位代表看过结果后在屏幕上签名。"),
    "sign_title": _("单位代表签名"),
    "sign_text": _("签名表示验收员到过现场、记录已出示，不表示同意验收结论。"),
    "sign_name": _("姓名"),
    "sign_role": _("职务"),
    "sign_here": _("在此手写签名"),
    "sign_clear": _("重写"),
    "sign_keep": _("确认签名"),
    "sign_name_missing": _("请填写签名人的姓名。"),
    "sign_empty": _("还没有签名，请在框内手写。"),
    "signature_kept": _("签名已存到手机"),
    "signed_by": _("{name} {role} 签名"),
    "refuse": _("拒签"),
    "refuse_title": _("单位代表拒绝签名"),
    "refuse_reason": _("拒签原因"),
    "refuse_missing": _("请写明拒签原因。"),
    "refuse_keep": _("记录拒签"),
    "refused_because": _("拒签：{reason}"),
    "finish": _("提交"),
    "finish_title": _("提交这次验收"),
    "finish_text": _("{organization}的现场记录齐全。提交后先存在手机上，联网后自动上传。"),
    "finish_no_arrival": _("还没有到达签到。可以提交，但报告里没有到达时间。"),
    "finish_kept": _("已提交，存在手机上"),
    "finished_here": _("已提交。"),
    "finished_waiting": _("还有 {facts} 条记录、{photos} 张图片待上传。"),
    "finished_attention": _("但有记录不一致或照片被拒收，请在下面处理，处理后自动上传。"),
    "finished_sent": _("已上传，等待服务器回执。"),
    "reopen": _("继续修改"),
    "reopen_text": _("撤回提交并继续修改，改完后需要再次提交。"),
    "points_total": _("合计得分"),
    "missing_title": _("还差 {number} 处"),
    "missing_text": _("补齐后才能提交。点一下就到该处。"),
    "missing_item": _("{code} 还没有评定"),
    "missing_conflict": _("{code} 有不一致的记录，请选择"),
    "missing_fact": _("{code} 的记录被服务器拒收，请重新填写"),
    "missing_photo": _("{code} 的照片被拒收，请重拍或删除"),
    "missing_signature": _("还没有单位代表签名或拒签原因"),
}

PHONE = {
    "inspector": _("验收员"),
    "app": _("应用"),
    "room": _("手机存储"),
    "room_used": _("已用 {usage}，可用 {quota}"),
    "room_lasting": _("浏览器承诺不自动清除这里的记录。"),
    "room_temporary": _("手机空间紧张时浏览器可能清除这里的记录，请尽快上传，并把应用安装到桌面。"),
    "free_room": _("清除已上传的照片"),
    "freed": _("已清除 {number} 张照片"),
    "language": "English",
    "leave": _("退出登录"),
    "leave_text": _("退出后，手机上的内容不能再打开，直到您重新登录。"),
    "leave_unsent": _(
        "还有 {facts} 条记录、{photos} 张图片没有上传。退出后它们加密保存在这部手机上，您重新登录后继续上传。"
    ),
    "leave_hint": _("没有网络也可以退出：别人打不开手机上的记录。"),
    "version": _("版本 {version}，手机编号 {device}"),
    "update": _("现在更新"),
    "update_text": _("应用有新版本，更新不影响已存的记录。"),
    "install": _("安装"),
    "install_text": _("安装到手机桌面，没有网络也能直接打开。"),
    "install_apple": _("请点“分享”，再点“添加到主屏幕”。不安装的话，七天不打开，系统会清除没有上传的记录。"),
}

PHRASES = {
    "phrases_met": [_("资料齐全，现场属实。"), _("现场查看，符合标准。"), _("访谈核实。")],
    "phrases_unmet": [
        _("资料不全，需要补充。"),
        _("现场没有见到。"),
        _("与自评不一致。"),
        _("负责人说不清楚。"),
    ],
    "phrases_na": [_("该单位没有此项工作。"), _("由党组织统一承担。")],
    "phrases_general": [_("单位配合，现场秩序良好。"), _("已当场口头反馈问题。"), _("建议指导员加强联系。")],
    "phrases_refused": [_("对结果有异议。"), _("负责人不在，无人有权签名。"), _("对方未说明原因。")],
}

#: Lets an Android phone open an address in the map application of its owner.
MAP_ANDROID = "geo:0,0?q={address}"


def texts() -> dict[str, str | list[str]]:
    """Everything in the active language."""
    found: dict[str, str | list[str]] = {}
    for group in (FRAME, STATE, LISTS, VISIT, PHOTOS, CLOSING, PHONE):
        found |= {key: str(text) for key, text in group.items()}
    found |= {key: [str(text) for text in phrases] for key, phrases in PHRASES.items()}
    found |= {"map_web": settings.MAP_URL, "map_android": MAP_ANDROID if settings.MAP_URL else ""}
    found["time_zone"] = settings.TIME_ZONE  # times are those of the place, wherever the phone thinks it is
    found["space"] = " " if get_language() == "en" else ""
    if get_language() == "en":
        found["language"] = "中文"
    return found
