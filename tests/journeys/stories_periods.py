"""Tells what comes with a calendar period: every quarter the host of each firm is asked whether it can be reached,
heads sign their report, and every half-year officials walk their items (steps in stories_rounds)."""

from __future__ import annotations

from tests.journeys.stories_rounds import LISTED, SIGNED, SILENT
from tests.journeys.telling import CHAIN, MORNING, Step, Story, at

HOSTING, ASKED = "S066", "cluster-contact-confirmation"
RUN = "/v1/triggers/cluster-quarterly-confirmation/runs/2026-Q3"


def hosted(number: int, name: str, contact: str = "kept") -> Step:
    """The registry puts a tenancy on record: the story's firm is the host."""
    code = f"{{firm:tenant-{number}}}"
    return Step(
        f"登记机关记下托管关系:{name}", f"The registry records a tenancy ({contact})", "handler",
        f"write cluster-tenancies {code}",
        {"uscc": code, "name": name, "host_uscc": "{uscc}", "host_name": "示例众创空间", "hosted_from": "2026-01-05",
         "contact": contact}, {"status": 201},
    )  # fmt: skip


QUARTERLY = Story(
    "quarterly-confirmation", "E01", "集群注册:每季度逐户请托管机构确认联系,不答的由登记机关核实",
    "Cluster registration: every quarter the host is asked about each firm; silence is looked into",
    (
        MORNING,
        hosted(1, "示例托管企业甲"),
        hosted(2, "示例托管企业乙"),
        hosted(3, "示例托管企业丙", "ended"),
        *LISTED,
        at("2026-07-01T09:00:00", "三季度首个工作日九时", "Nine on the first working day of the third quarter"),
        Step("托管机构收到逐户询问", "The host is asked about the first firm", "firm", "asked {firm:tenant-1}", {},
             {"state": "asked", "can": ["confirm", "report"],
              "clocks": {"answer": {"budget": 10, "unit": "working_day", "light": "green"}},
              "body": {"/form/period": "2026-Q3", "/form/name": "示例托管企业甲"}}, (HOSTING,)),
        Step("确认能联系上", "It can be reached", "applicant", "move confirm", {"on": "2026-07-01"},
             {"state": "confirmed", "outcome": "confirmed"}, (HOSTING,)),
        Step("台账记下本季度已确认", "The register has the quarter", "handler",
             "read /v1/registers/cluster-tenancies/records/{firm:tenant-1}", {},
             {"body": {"/body/confirmed_for": "2026-Q3", "/body/contact": "kept"}}, (HOSTING,)),
        CHAIN,
        *SIGNED,
        Step("另一户也问到", "The second firm is asked about as well", "firm", "asked {firm:tenant-2}", {},
             {"state": "asked"}),
        at("2026-07-16T09:30:00", "十个工作日没有答复", "Ten working days without an answer"),
        Step("转登记机关核实", "The registry looks into it", "handler", "see", {},
             {"state": "checking", "can": ["find", "give_up"]}, (HOSTING,)),
        Step("三次联系不上,认定失联", "Not reached three times: lost", "handler", "move give_up",
             {"how": "三次电话无人接听,实地查看已搬离"}, {"state": "lost", "outcome": "lost"}, (HOSTING,)),
        Step("台账提示失去联系", "The register says so", "handler",
             "read /v1/registers/cluster-tenancies/records/{firm:tenant-2}", {}, {"body": {"/body/contact": "lost"}},
             (HOSTING,)),
        Step("批次有数:没有被拒的", "The run has its counts, nothing refused", "handler", f"read {RUN}", {},
             {"body": {"/mode": "run", "/refused": 0, "/again": 0}}),
        Step("终止托管的没有问", "One whose hosting has ended was not asked about", "firm", "asked {firm:tenant-3}",
             {"wait": 0}, {"status": 404}),
        *SILENT,
    ),
)  # fmt: skip

STORIES = (QUARTERLY,)
