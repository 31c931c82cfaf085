"""Listens to nothing: says what the routes of officials do with definitions, releases and migrations."""

from __future__ import annotations

from chalicelib.edges.openapi_operation import PAGE, WRITTEN, Operation

_DRAFT = "/v1/definitions/{kind}/{definition_id}/drafts/{draft_id}"

DEFINITIONS = {
    ("GET", "/v1/definitions"): Operation(
        "list_kinds", "definitions", "定义种类", "The kinds of definitions", "KindList", codes={403: "forbidden"}
    ),
    ("GET", "/v1/definitions/{kind}"): Operation(
        "list_definitions", "definitions", "某种类的定义", "Definitions of a kind", "DefinitionPage", takes=PAGE,
        codes=WRITTEN,
    ),
    ("GET", "/v1/definitions/{kind}/{definition_id}"): Operation(
        "get_definition", "definitions", "一个已发布的定义", "A published definition", "Definition", codes=WRITTEN
    ),
    ("GET", "/v1/definitions/{kind}/{definition_id}/uses"): Operation(
        "list_uses", "definitions", "被谁引用", "Where a definition is used", "Uses", codes=WRITTEN
    ),
    ("GET", "/v1/definitions/{kind}/{definition_id}/versions"): Operation(
        "list_definition_versions", "definitions", "历史版本", "What was in force, newest first",
        "DefinitionVersionPage",
        takes=PAGE, codes=WRITTEN,
    ),
    ("GET", "/v1/definitions/{kind}/{definition_id}/versions/{version_hash}"): Operation(
        "get_definition_version", "definitions", "一个历史版本", "A version that was published once", "Definition",
        codes=WRITTEN,
    ),
    ("GET", "/v1/drafts-of-definitions"): Operation(
        "list_definition_drafts", "definitions", "定义草稿列表", "Drafts of definitions", "DefinitionDraftPage",
        takes=PAGE, codes={403: "forbidden"},
    ),
    ("POST", "/v1/definitions/{kind}/{definition_id}/drafts"): Operation(
        "create_definition_draft", "definitions", "起草", "Begin a draft", "DefinitionDraft", 201, "DefinitionContent",
        gives="ETag Location", codes=WRITTEN | {422: "definition-misplaced not-canonical"},
    ),
    ("GET", _DRAFT): Operation(
        "get_definition_draft", "definitions", "一份草稿", "A draft", "DefinitionDraft", gives="ETag", codes=WRITTEN
    ),
    ("PUT", _DRAFT): Operation(
        "save_definition_draft", "definitions", "保存草稿", "Save a draft", "DefinitionDraft", 200, "DefinitionContent",
        "if-match-required", "ETag",
        codes=WRITTEN | {400: "if-match-missing", 412: "draft-changed", 422: "definition-misplaced not-canonical"},
    ),
    ("DELETE", _DRAFT): Operation(
        "discard_definition_draft", "definitions", "删除草稿", "Discard a draft", status=204, takes="if-match-required",
        codes=WRITTEN | {400: "if-match-missing", 412: "draft-changed"},
    ),
    ("GET", f"{_DRAFT}/differences"): Operation(
        "get_differences", "definitions", "与已发布版本的差异", "What the draft would change", "DifferenceList",
        codes=WRITTEN,
    ),
    ("POST", f"{_DRAFT}/checks"): Operation(
        "create_check", "definitions", "发布检查", "Ask the gate", "Check", 202, "Together?", gives="Location",
        codes=WRITTEN | {409: "two-drafts-of-one", 422: "too-many-drafts"},
    ),
    ("GET", "/v1/checks/{check_id}"): Operation(
        "get_check", "definitions", "检查结果", "What the gate says", "Check", codes=WRITTEN
    ),
    ("POST", f"{_DRAFT}/trials"): Operation(
        "create_trial", "definitions", "试办一个示例", "Try an example on a draft", "DraftTrial", 202,
        "DraftTrialRequest",
        gives="Location",
        codes=WRITTEN | {409: "two-drafts-of-one", 422: "too-many-drafts example-invalid body-invalid"},
    ),
    ("GET", "/v1/trials/{trial_id}"): Operation(
        "get_trial", "definitions", "试办结果", "What became of a trial", "DraftTrial", codes=WRITTEN
    ),
    ("POST", "/v1/triggers/{trigger_id}/trials"): Operation(
        "create_campaign_trial", "definitions", "试运行一个周期", "Count what the next period would do", "Campaign",
        202, "CampaignTrialRequest?", gives="Location",
        codes=WRITTEN | {409: "trigger-not-periodic no-period-due", 422: "trigger-invalid body-invalid"},
    ),
    ("GET", "/v1/triggers/{trigger_id}/trials/{trial_id}"): Operation(
        "get_campaign_trial", "definitions", "试运行结果", "What the next period would do", "Campaign", codes=WRITTEN
    ),
    ("GET", "/v1/triggers/{trigger_id}/runs/{period}"): Operation(
        "get_campaign", "definitions", "一个周期的批次", "What the run of a period did", "Campaign", codes=WRITTEN
    ),
    ("GET", "/v1/reprojections/{reprojection_id}"): Operation(
        "get_reprojection", "definitions", "期限重算进度", "How far dates were told anew", "Reprojection",
        codes=WRITTEN,
    ),
    ("POST", "/v1/migrations"): Operation(
        "request_migration", "definitions", "申请迁移在办件(先试运行)", "Ask to move running cases: a dry run",
        "Migration", 202, "MigrationRequest", gives="Location",
        codes=WRITTEN | {409: "nothing-to-migrate too-many-to-migrate",
                          422: "body-invalid reason-missing release-of-another-item"},
    ),
    ("GET", "/v1/migrations/{migration_id}"): Operation(
        "get_migration", "definitions", "迁移进度", "How far a migration is", "Migration", codes=WRITTEN
    ),
    ("POST", "/v1/migrations/{migration_id}/approvals"): Operation(
        "approve_migration", "definitions", "批准迁移(须由另一人)", "Approve, by another person", "Migration", 202,
        "Nothing?", gives="Location",
        codes={403: "forbidden author-does-not-release", 404: "not-found",
               409: "dry-run-not-done dry-run-outdated already-approved"},
    ),
    ("POST", f"{_DRAFT}/releases"): Operation(
        "create_release", "definitions", "发布(须由非起草人)", "Release, by somebody who did not write it", "Release",
        201, "Together?",
        codes={403: "forbidden author-is-releaser author-does-not-release proposal-not-taken-up", 404: "not-found",
               409: "draft-outdated nothing-to-release two-drafts-of-one release-raced review-missing",
               412: "draft-changed",
               422: "gate-refused too-many-drafts"},
    ),
    ("POST", f"{_DRAFT}/schedules"): Operation(
        "schedule_release", "definitions", "定时发布(须由非起草人)",
        "Release at a time to come, by somebody who did not write it",
        "ScheduledRelease", 201, "ScheduleRequest", gives="Location",
        codes={403: "forbidden author-is-releaser author-does-not-release proposal-not-taken-up", 404: "not-found",
               409: "already-scheduled draft-outdated nothing-to-release two-drafts-of-one review-missing",
               422: "body-invalid gate-refused schedule-out-of-range too-many-drafts"},
    ),
    ("GET", "/v1/scheduled-releases"): Operation(
        "list_scheduled_releases", "definitions", "定时发布列表",
        "Releases to come and what became of them, newest first",
        "ScheduledReleasePage", takes=PAGE, codes={403: "forbidden"},
    ),
    ("DELETE", "/v1/scheduled-releases/{schedule_id}"): Operation(
        "cancel_scheduled_release", "definitions", "取消定时发布", "Take a schedule back", "ScheduledRelease",
        codes=WRITTEN | {409: "schedule-over"},
    ),
    ("GET", "/v1/release-sets"): Operation(
        "list_releases", "definitions", "发布历史", "The history of what is published", "ReleasePage", takes=PAGE,
        codes={403: "forbidden"},
    ),
    ("POST", "/v1/release-sets/rollbacks"): Operation(
        "roll_back", "definitions", "回退", "Point to an older set", "Release", 201, "RollbackRequest",
        codes={403: "forbidden", 409: "no-such-rollback", 422: "reason-missing body-invalid"},
    ),
    ("PUT", "/v1/items/{item_id}/stop"): Operation(
        "stop_item", "definitions", "停止受理", "Take no new applications", "Release", 200, "Reason",
        codes=WRITTEN | {422: "reason-missing"},
    ),
    ("DELETE", "/v1/items/{item_id}/stop"): Operation(
        "resume_item", "definitions", "恢复受理", "Take applications again", "Release", 200, "Reason",
        codes=WRITTEN | {422: "reason-missing"},
    ),
    ("PUT", "/v1/switches/{switch_id}"): Operation(
        "switch_off", "definitions", "紧急关闭", "Pull a kill switch", "Release", 200, "Reason",
        codes=WRITTEN | {422: "reason-missing"},
    ),
    ("DELETE", "/v1/switches/{switch_id}"): Operation(
        "switch_on", "definitions", "解除紧急关闭", "Release a kill switch", "Release", 200, "Reason",
        codes=WRITTEN | {422: "reason-missing"},
    ),
}  # fmt: skip
