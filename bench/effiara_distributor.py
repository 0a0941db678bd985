"""Distribute 2,000 items with EffiARA's own SampleDistributor; run by a Python that has it.

Arguments: the names of the annotators. Prints [[item, annotator], …] as JSON. It imports nothing
of ours, so that it runs in an environment of its own.
"""

import contextlib
import importlib
import json
import sys


def main(annotators: list[str]) -> None:
    """Print who got what, a tenth of the items scored twice and none re-annotated."""
    pandas = importlib.import_module("pandas")
    with contextlib.redirect_stdout(sys.stderr):
        preparation = importlib.import_module("effiara.preparation")
        distributor = preparation.SampleDistributor(
            annotators=annotators,
            time_available=None,
            annotation_rate=1.0,
            num_samples=2_000,
            double_proportion=0.1,
            re_proportion=0.0,
        )
        distributor.set_project_distribution()
        shares = distributor.distribute_samples(pandas.DataFrame({"item": range(2_000)}))
    given = [[int(item), name] for name in annotators for item in shares[name]["item"]]
    print(json.dumps(given))


if __name__ == "__main__":
    main(sys.argv[1:])
