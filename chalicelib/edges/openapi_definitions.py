"""Listens to nothing: says what the bodies look like that officials exchange about definitions."""

from __future__ import annotations

from chalicelib.edges.openapi_schemas import (
    BOOLEAN,
    COUNT,
    INSTANT,
    INTEGER,
    OBJECT,
    REASON,
    STRING,
    WORDS,
    Schema,
    asked,
    listed,
    mapped,
    nullable,
    page,
    record,
    ref,
)

_AUTHORED: dict[str, Schema] = {
    "draft_id": STRING, "kind": STRING, "id": STRING, "author": STRING, "editors": listed(STRING),
    "base_hash": nullable(STRING), "at": INSTANT, "note": STRING,
    "rev": {"type": "integer", "minimum": 1, "description": "the version; what If-Match takes"},
}  # fmt: skip

MAY: Schema = listed({"enum": ["edit", "check", "release"]}) | {
    "description": "此人此时可做的事 what this caller may do with it now"
}

DEFINITIONS: dict[str, Schema] = {
    "KindList": record("定义种类", "The kinds that exist, each with its meta-schema",
                       kinds=listed(record("种类", "A kind", kind=STRING, schema=OBJECT)),
                       shared={"type": "array", "items": OBJECT,
                               "description": "元模式引用的公共部分 what the meta-schemas refer to, by `$id`"}),
    "DefinitionEntry": record("定义", "A definition's line", "title", id=STRING, title=ref("Text")),
    "DefinitionPage": page("definitions", "DefinitionEntry", "定义列表", "Definitions of a kind"),
    "Definition": record("已发布定义", "A published definition", "may",
                         definition=OBJECT, hash=STRING, key=STRING, may=MAY),
    "DefinitionVersion": record("历史版本", "An act that brought another version into force", "note",
                      set=COUNT, by=STRING, at=INSTANT, note=STRING,
                      act={"enum": ["pack_loaded", "released", "rolled_back"]},
                      hash={"type": ["string", "null"], "description": "null: 不再生效 out of force"}),
    "DefinitionVersionPage": page(
        "versions", "DefinitionVersion", "历史版本", "What was in force, newest first"
    ),
    "DefinitionDraft": record("定义草稿", "A whole snapshot that somebody works on", **_AUTHORED, body=OBJECT, may=MAY,
        content_hash={"type": "string", "description": "内容哈希，审查时填写 what a review of this very draft names"}),
    "DefinitionDraftEntry": record("定义草稿(不含内容)", "A draft without its body", **_AUTHORED),
    "DefinitionDraftPage": page("drafts", "DefinitionDraftEntry", "定义草稿列表", "Drafts of definitions"),
    "DefinitionContent": asked("定义内容", "The whole definition", "rebase", body=OBJECT, rebase=BOOLEAN),
    "Difference": record("差异", "One member that differs", "before after", pointer=STRING, before={}, after={}),
    "DifferenceList": record("差异列表", "What a draft would change", differences=listed(ref("Difference"))),
    "Together": asked("一并处理的草稿", "Further drafts, checked or released as one", "with note",
                       **{"with": listed(STRING)}, note=WORDS),
    "Check": record(
        "发布检查", "What the gate says, and what a release would touch", "items differences impact",
        check_id=STRING, status={"enum": ["running", "passed", "failed", "broken"]}, by=STRING, at=INSTANT,
        drafts=mapped(INTEGER), findings=listed(ref("Finding")), items=listed(STRING),
        differences=mapped(listed(ref("Difference"))), impact=nullable(ref("Impact")),
    ),
    "Impact": record(
        "影响", "Running cases and deadlines that a release touches, and recent cases replayed: numbers only",
        "triggers",
        items=listed(record(
            "一个事项", "One item", item=STRING, running=COUNT, capped=BOOLEAN, keeps_release=BOOLEAN,
            deadlines=COUNT, deadlines_moved=COUNT,
        )),
        running=COUNT, deadlines=COUNT, deadlines_moved=COUNT,
        replayed=listed(record(
            "一个事项的重演", "Recent cases of one item, played again", item=STRING, cases=COUNT, same=COUNT,
            differ=listed(record("结果不同的办件", "A case that would come out otherwise", number=STRING,
                                 what=listed(STRING))),
        )),
        triggers=listed(record(
            "触发器试算", "What a changed trigger would have done on the events of the last days",
            trigger=STRING, days=COUNT, cases=COUNT, events=COUNT, meant=COUNT, opens=COUNT, moves=COUNT,
            proposes=COUNT, writes=COUNT, notices=COUNT,
        )),
    ),
    "Uses": record("引用", "What names a definition, and the items that run on it",
                   named_by=listed(STRING), items=listed(STRING)),
    "DraftTrialRequest": asked(
        "试办", "An item and an example, with further drafts", "with", item=WORDS,
        example={"type": "object", "description": "as an item's example; `name` and `expect` may be left out"},
        **{"with": listed(STRING)},
    ),
    "DraftTrial": record(
        "试办结果", "What becomes of an example", trial_id=STRING, status={"enum": ["running", "done"]},
        drafts=listed(STRING), item=STRING, example=OBJECT, by=STRING, at=INSTANT, result=nullable(OBJECT),
    ),
    "MigrationRequest": asked(
        "迁移申请", "Which cases to move, and why", "to states", item=WORDS, **{"from": WORDS}, to=WORDS,
        states={"type": "object", "additionalProperties": STRING,
                "description": "旧状态 → 新状态 where a state is called otherwise"},
        reason=REASON,
    ),
    "MigrationPass": record(
        "一遍", "One pass over the cases", chunks=COUNT, found=mapped(COUNT), deadlines_moved=COUNT,
        stays=listed(record("未迁移的办件", "A case that stays", number=STRING, why=STRING)),
    ),
    "Migration": record(
        "迁移", "Running cases on their way off a release", "approved_at",
        migration_id=STRING, item=STRING, **{"from": STRING}, to=STRING, states=mapped(STRING), reason=STRING,
        requested_by=STRING, at=INSTANT, cases=COUNT, chunks=COUNT, approved_by=nullable(STRING),
        approved_at=INSTANT, status={"enum": ["dry-running", "dry-run-done", "running", "done"]},
        dry_run=ref("MigrationPass"), run=ref("MigrationPass"),
    ),
    "Reprojection": record(
        "期限重算", "Dates of running cases, told anew after a holiday notice or other opening hours", "listing",
        reprojection_id=STRING, act=STRING, set=COUNT, at=INSTANT, chunks=nullable(COUNT), listing=STRING,
        chunks_done=COUNT, status={"enum": ["listing", "running", "done"]}, moved=COUNT, unchanged=COUNT, gone=COUNT,
        failed=COUNT, failures=listed(STRING),
    ),
    "CampaignTrialRequest": asked("试运行", "A draft to try; left out, what is published", "draft_id", draft_id=WORDS),
    "Campaign": record(
        "批次", "What is done in one period for each record, or would be done",
        campaign_id=STRING, trigger=STRING, mode={"enum": ["dry", "run"]},
        period={"type": "string", "description": "2026-03-02, 2026-W10, 2026-03, 2026-Q1, 2026-H1, 2026"},
        due=INSTANT, at=INSTANT, by=nullable(STRING), status={"enum": ["listing", "running", "done"]},
        chunks=COUNT, chunks_done=COUNT,
        seen={"type": "integer", "description": "records looked at"},
        meant={"type": "integer", "description": "records that the query finds and the condition admits"},
        undecided={"type": "integer", "description": "records of which nobody knows whether the condition holds"},
        opened=COUNT, written=COUNT, noticed=COUNT, refused=COUNT, reasons=mapped(COUNT),
        again={"type": "integer", "description": "acts that had been done before"},
        missed={"type": "integer", "description": "notices for which there was nobody"},
        refusals=listed(record("被拒", "A record for which nothing was done", record=STRING, code=STRING)),
        samples=listed(STRING),
    ),
    "Nothing": asked("空", "Nothing"),
    "Release": record(
        "发布记录", "An act on what is published: a release, a roll-back, a stop",
        "from_set state note changes items drafts author pack offered name reprojection reviews flagged",
        state={"type": "string", "description": "所生效内容的哈希 hash over all that is in force"},
        id=STRING, by=STRING, at=INSTANT, set=COUNT, from_set=COUNT, note=STRING, changes=listed(STRING),
        act={"enum": ["pack_loaded", "released", "rolled_back", "stopped", "resumed", "switched_off", "switched_on"]},
        items=listed(record("事项版本", "An item's new release", id=STRING, release=STRING)), drafts=listed(OBJECT),
        reprojection={"type": "string", "description": "期限重算 GET /v1/reprojections/{reprojection_id}"},
        author=STRING, pack=STRING, offered=listed(STRING), name=STRING,
        reviews=listed(record("审查", "The case by which a draft had passed the review that a check asks for",
                              key=STRING, check=STRING, hash=STRING, case_id=STRING, number=STRING)),
        flagged=listed(ref("Finding")),
    ),
    "ReleasePage": page("history", "Release", "发布历史", "The history of what is published"),
    "RollbackRequest": asked("回退", "To which set, and why", to={"type": "integer", "minimum": 1},
                              reason=REASON),
    "Reason": asked("理由", "Why", reason=REASON),
}  # fmt: skip
