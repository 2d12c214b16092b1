"""Tables as they were, and tables that take no writes: moto copies what a table holds now, and keeps a table's policy unread."""

import copy
import json
from datetime import datetime, timezone

from moto.dynamodb.exceptions import DynamodbException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import RestoredPITTable
from moto.dynamodb.responses import DynamoHandler, DynamoResult

WRITES = {
    "put_item": "dynamodb:PutItem",
    "update_item": "dynamodb:UpdateItem",
    "delete_item": "dynamodb:DeleteItem",
    "batch_write_item": "dynamodb:BatchWriteItem",
    "transact_write_items": "dynamodb:UpdateItem",
}


def now():
    return datetime.now(timezone.utc).timestamp()


def tables_in(body):
    """The names of the tables that a request writes to."""
    named = [body.get("TableName"), *body.get("RequestItems", {})]
    named += [one["TableName"] for item in body.get("TransactItems", []) for one in item.values()]
    return {name for name in named if name is not None}


def refuse_denied(backend, name, action):
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html"""
    table = backend.tables.get(name)
    policy = table and backend.resource_policies.get(table.table_arn)
    for statement in json.loads(policy.policy_doc)["Statement"] if policy else []:
        if statement["Effect"] == "Deny" and action in statement["Action"]:
            raise DynamodbException(
                "AccessDeniedException",
                f"User is not authorized to perform: {action} on resource: {table.table_arn} with an explicit deny in a resource-based policy",
            )


def remembering(write, action):
    """What a table with recovery holds after each write is kept, with the time."""

    def written(self):
        backend = self.dynamodb_backend
        names = tables_in(self.body)
        for name in names:
            refuse_denied(backend, name, action)
        answer = write(self)
        for table in (backend.tables.get(name) for name in names):
            if table is not None and has_recovery(table):
                history_of(table).append((now(), copy.deepcopy(table.items)))
        return answer

    return written


def history_of(table):
    if not hasattr(table, "history"):
        table.history = []
    return table.history


def has_recovery(table):
    return table.continuous_backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


for name, action in WRITES.items():
    setattr(DynamoHandler, name, remembering(getattr(DynamoHandler, name), action))


def restore_to_point_in_time(self):
    """With the items of that second, and the key and the billing that are asked for or the table has. All else is as moto has it,
    and AWS: no time to live, stream, recovery, tags or protection. It is there after a while.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html
    """
    body = self.body
    source = self.dynamodb_backend.get_table(body["SourceTableName"])
    if not has_recovery(source):
        raise DynamodbException("PointInTimeRecoveryUnavailableException", f"no recovery of {source.name}")
    at = body["RestoreDateTime"].timestamp() if "RestoreDateTime" in body else now()
    if at > now() or at < source.continuous_backups["PointInTimeRecoveryDescription"]["EarliestRestorableDateTime"]:
        raise DynamodbException("InvalidRestoreTimeException", f"{source.name} cannot be restored to {at}")
    table = self.dynamodb_backend.restore_table_to_point_in_time(body["TargetTableName"], source.name)
    kept = [items for time, items in history_of(source) if time <= at]
    table.items = copy.deepcopy(kept[-1]) if kept else type(source.items)(dict)
    table.billing_mode = body.get("BillingModeOverride", source.billing_mode)
    table.sse_specification = copy.deepcopy(body.get("SSESpecificationOverride", source.sse_specification))
    table.looks = 0
    return DynamoResult(table.describe())


DynamoHandler.restore_table_to_point_in_time = restore_to_point_in_time

describe = RestoredPITTable.describe


def describe_restored(self, base_key="TableDescription"):
    """It is being restored when it is looked at for the first time."""
    self.looks += 1
    told = describe(self, base_key=base_key)
    told[base_key]["TableStatus"] = "CREATING" if self.looks <= 2 else "ACTIVE"
    told[base_key]["RestoreSummary"]["RestoreInProgress"] = self.looks <= 2
    return told


RestoredPITTable.describe = describe_restored

describe_backups = DynamoDBBackend.describe_continuous_backups


def describe_until_now(self, table_name):
    """AWS tells five minutes ago, for which no test waits.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoveryDescription.html
    """
    told = describe_backups(self, table_name)
    if told["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED":
        told["PointInTimeRecoveryDescription"]["LatestRestorableDateTime"] = now()
    return told


DynamoDBBackend.describe_continuous_backups = describe_until_now
