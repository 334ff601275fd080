#!/usr/bin/env python3
"""Repeats a draw of the district's sample from its published list; see docs/sampling.md.

    python3 draw_sample.py CC-2026-001.json [commitment noted before the draw] [digest of the list]

Reads nothing but the file, needs nothing but Python 3. Ends with 0 when everything agrees, with 1 otherwise.
"""

import hashlib
import json
import sys
from fractions import Fraction
from math import ceil


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def problems(published, commitment, digest):
    seed, strata = published["seed"], {one["code"]: one for one in published["strata"]}
    rows = sorted(published["entries"], key=lambda row: (row["stratum"], row["case_number"]))
    if sha256(seed) != published["commitment"] or commitment not in ("", published["commitment"]):
        yield "种子与事先公布的承诺不符 / the seed is not the one that was committed"
    whole = sha256("\n".join(f"{code}\t{strata[code]['digest']}" for code in sorted(strata)))
    if whole != published["digest"] or digest not in ("", published["digest"]):
        yield "名单摘要不符 / the digest of the list differs"
    if {row["stratum"] for row in rows} - strata.keys():
        yield "名单中有未列明的街镇 / entries of a sub-district that is not on the list"
    for code, stratum in sorted(strata.items()):
        mine = [row for row in rows if row["stratum"] == code]
        if stratum["listed"] is None and not mine:
            print(f"{code}: 本文件未附该街镇名单 / not part of this file")
            continue
        lines = (f"{code}\t{row['case_number']}\t{int(row['borderline'])}" for row in mine)
        if len(mine) != stratum["listed"] or sha256("\n".join(lines)) != stratum["digest"]:
            yield f"{code}: 名单被改动 / the entries were changed"
        ranked = sorted(mine, key=lambda row: sha256(f"{seed}:{row['case_number']}"))
        others = [row["case_number"] for row in ranked if not row["borderline"]]
        chosen = set(others[: ceil(Fraction(published["fraction"]) * len(others))])
        for rank, row in enumerate(ranked, start=1):
            drawn = row["borderline"] or row["case_number"] in chosen
            print(code, rank, row["case_number"], "抽中" if drawn else "未抽中", sep="\t")
            if (rank, drawn) != (row["rank"], row["drawn"]):
                yield f"{row['case_number']}: 公布的结果不符 / another result was published"


if __name__ == "__main__":
    noted = [*sys.argv[2:4], "", ""]
    with open(sys.argv[1], encoding="utf-8") as file:
        found = list(problems(json.load(file), noted[0], noted[1]))
    print(*(found or ["一致：可以复现 / everything agrees"]), sep="\n")
    sys.exit(1 if found else 0)
