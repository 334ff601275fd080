"""A report of an acceptance with seven photos, one round with a third inspector and one re-inspection."""

import io

from PIL import Image

from records.documents import for_print


def picture(seed: int, size: tuple[int, int] = (1600, 1200)) -> bytes:
    """A photo as it is printed."""
    content = io.BytesIO()
    Image.new("RGB", size, (seed * 31 % 256, seed * 57 % 256, 180)).save(content, "JPEG")
    return for_print(content.getvalue())


PICTURES = {f"{number:064x}": picture(number) for number in range(1, 8)}


def inspector(name: str, purpose: str, total: str, *, counts: bool) -> dict:
    return {
        "name": name,
        "purpose": purpose,
        "visited": "2014-08-20 09:35",
        "arrived": "北纬39.98112，东经116.31234（±12米）",
        "total": total,
        "counts": counts,
        "note": "",
    }


def item(
    code: str, text: str, scores: list[str], points: str, *, met: bool = True, finding: str = ""
) -> dict:
    return {
        "code": code,
        "text": text,
        "mandatory": code.endswith(".1"),
        "full": "5",
        "claimed": "5",
        "scores": scores,
        "points": points,
        "met": met,
        "finding": finding,
    }


def photo(name: str, about: str) -> dict:
    return {
        "picture": name,
        "about": about,
        "caption": "青年之家",
        "taken": "2014-08-20 09:41",
        "place": "北纬39.98112，东经116.31234（±12米）",
        "by": "赵明华",
    }


REPORT = {
    "heading": "“六有”达标验收报告",
    "case_number": "YS-2014-00009",
    "facts": [
        {"label": "团组织", "value": "共青团北京云岫科技有限公司支部委员会", "wide": True},
        {"label": "验收得分", "value": "88.5 分", "wide": False},
        {"label": "星级", "value": "四星级", "wide": False},
    ],
    "rounds": [
        {
            "title": "现场验收",
            "inspectors": [
                inspector("赵明华", "验收", "84", counts=True),
                inspector("孙丽", "验收", "97", counts=False),
                inspector("周建国", "第三人复核", "85.5", counts=True),
            ],
            "criteria": [
                {
                    "name": f"C{number} 有班子",
                    "points": "18",
                    "full": "20",
                    "items": [
                        item(f"C{number}.1", "成立批复齐全", ["5", "5", "5"], "5"),
                        item(
                            f"C{number}.2",
                            "团员青年参与率",
                            ["3×", "5", "3.5×"],
                            "3.3",
                            met=False,
                            finding="签到表平均到会率54%。",
                        ),
                    ],
                }
                for number in range(1, 7)
            ],
            "vetoes": [],
            "total": "84.8",
            "signatures": [
                {
                    "inspector": "赵明华",
                    "name": "李想",
                    "role": "团支部书记",
                    "signed": "2014-08-20 11:02",
                    "refused": "",
                    "picture": next(iter(PICTURES)),
                },
                {
                    "inspector": "孙丽",
                    "name": "",
                    "role": "",
                    "signed": "",
                    "refused": "单位负责人外出",
                    "picture": "",
                },
            ],
        },
        {
            "title": "第1次复验",
            "inspectors": [inspector("赵明华", "复验", "5", counts=True)],
            "criteria": [
                {
                    "name": "C1 有班子",
                    "points": "5",
                    "full": "5",
                    "items": [item("C1.2", "团员青年参与率", ["5"], "5")],
                }
            ],
            "vetoes": [],
            "total": "88.5",
            "signatures": [],
        },
    ],
    "shortfalls": ["必备项C1.1“成立批复齐全”未达标"],
    "answer": "感谢验收，已逐项落实。",
    "answered": "2014-08-26",
    "answers": [
        {
            "code": "C1.2",
            "text": "团员青年参与率",
            "answer": "已安排补课。",
            "rectification": "九月两次活动到会率均在80%以上。",
        }
    ],
    "conclusion": "得88.5分，达到合格条件，2014年9月5日认定为验收合格，有效期至2017年9月4日。",
    "photos": [photo(name, "C3.1 有固定或共用活动场所") for name in PICTURES],
    "omitted": 2,
    "printed_on": "2014-09-05",
}
