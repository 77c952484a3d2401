"""Faults switched by hand over HTTP: `/_faults` of a simulator.

curl -X POST -d '{"fault": "SERVER_ERROR", "times": 3}' http://127.0.0.1:8190/_faults
curl -X POST -d '{"fault": "RATE_LIMITED", "source": "binance"}' …
curl -X POST -d '{"fault": "SPIKE"}' …
curl http://127.0.0.1:8190/_faults                # what there is, and what is on
curl -X DELETE http://127.0.0.1:8190/_faults      # all well again
"""

import json
from typing import TYPE_CHECKING

from tests.simulator.faults import Fault, Trait
from tests.simulator.wire import Reply, json_reply

if TYPE_CHECKING:
    from tests.simulator.server import Simulator

PATH = "/_faults"


def switch(simulator: "Simulator", method: str, body: bytes) -> Reply:
    """Answer one request for `/_faults`; faults pass, oddities of the data stay."""
    if method == "DELETE":
        simulator.heal()
    if method == "POST":
        try:
            wanted = json.loads(body)
            name, times = wanted["fault"], int(wanted.get("times", 1))
            source = wanted.get("source")
        except (ValueError, TypeError, KeyError, AttributeError):
            return json_reply({"detail": 'Send {"fault": NAME, "times": 1, "source": NAME}.'}, 422)
        if source is not None and source not in simulator.formats:
            return json_reply({"detail": f"There is no source {source}."}, 422)
        if name in Fault.__members__:
            simulator.fail(Fault[name], times=times, source=source)
        elif name in Trait.__members__:
            simulator.traits |= {Trait[name]}
        else:
            return json_reply({"detail": f"There is no fault {name}."}, 422)
    return json_reply(
        {
            "waiting": [[fault.name, source] for fault, source in simulator.faults],
            "lasting": sorted(trait.name for trait in simulator.traits),
            "faults": {fault.name: fault.value for fault in Fault},
            "oddities": {trait.name: trait.value for trait in Trait},
        }
    )
