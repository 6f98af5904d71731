"""A claim of ten fields compared with a record, beside the parsing of the answer that it stands on: ratios of one run.

No absolute time is asserted: read the ratios, and run it twice.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import TYPE_CHECKING

from dancu import Claim
from dancu.domain.codes import gender, marital_status, nationality
from dancu.domain.dates import PartialDate
from dancu.domain.ids import PersonNumber
from dancu.domain.names import Name
from dancu.domain.people import Citizen, Relative
from dancu.domain.places import Address
from dancu.matching.claims import compare_claim, overall

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS, CALLS = 15, 400
HELD = Citizen.of(
    {
        "number": PersonNumber("066790000001"),
        "name": Name("NGUYỄN THỊ MẪU"),
        "birth_date": PartialDate(1990, 1, 2),
        "gender": gender("2"),
        "nationality": nationality("VN"),
        "marital_status": marital_status("2"),
        "origin": Address("54", "555", "22024"),
        "permanent_address": Address("66", None, "22015", "12 ĐƯỜNG MẪU"),
        "father": Relative(Name("NGUYỄN VĂN CHA MẪU")),
        "mother": Relative(Name("TRẦN THỊ MẸ MẪU")),
    }
)
PARTS = {
    "number": "066790000001",
    "name": "Nguyễn Thị Mẫu",
    "birth_date": "1990-01-02",
    "gender": "2",
    "nationality": "VN",
    "marital_status": "2",
    "origin": "Phường 9, TP Tuy Hòa, tỉnh Phú Yên",
    "permanent_address": "12 Đường Mẫu, Phường Tuy Hòa, tỉnh Đắk Lắk",
    "father": "Nguyễn Văn Cha Mẫu",
    "mother": "Trần Thị Mẹ Mẫu",
}


def seconds(work: Callable[[], object]) -> float:
    """Of one call, over `CALLS`."""
    begun = time.perf_counter()
    for _ in range(CALLS):
        work()
    return (time.perf_counter() - begun) / CALLS


def main() -> int:
    """Measure in turn, print."""
    claim = Claim(**PARTS)
    held = HELD.model_dump_json()
    works: dict[str, Callable[[], object]] = {
        "ten fields compared": lambda: overall(compare_claim(claim, HELD, claim.claimed).values()),
        "the claim read from text": lambda: Claim(**PARTS),
        "the record read from JSON": lambda: Citizen.model_validate_json(held),
    }
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            found[name].append(seconds(work))
    base = found["the record read from JSON"]
    print(f"{ROUNDS} interleaved rounds of {CALLS}, median [range], against reading the record from JSON")
    for name, times in found.items():
        ratios = sorted(one / other for one, other in zip(times, base, strict=True))
        scale = f"{statistics.median(times) * 1e6:7.0f} us in this run"
        print(f"  {name:<28} {statistics.median(ratios):5.2f} [{ratios[0]:.2f}-{ratios[-1]:.2f}] {scale}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
