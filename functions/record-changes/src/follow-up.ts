import { isObject } from '@cloakroom/core';
import { type FollowUp, type FollowUps, StoredItemError } from '@cloakroom/sessions';

/**
 * Does what a web app has begun and may not do itself, and tells what came of it. A second time changes nothing.
 *
 * @throws StoredItemError when it would fail the next time too; all else may pass
 */
export async function doFollowUp(followUp: FollowUp, followUps: FollowUps): Promise<string> {
  try {
    return await (followUp.what === 'finish' ? followUps.finish(followUp) : followUps.adopt(followUp));
  } catch (error) {
    throw isRefusedForGood(error) ? new StoredItemError('SESSION', 'item', { cause: error }) : error;
  }
}

/**
 * What DynamoDB will not take the next time either: an app may have written an item that has room for nothing more. It would hold up
 * its shard for hours.
 */
function isRefusedForGood(error: unknown): boolean {
  if (!isObject(error)) return false;
  const { name, CancellationReasons: reasons } = error;
  if (name === 'ValidationException') return true;
  return Array.isArray(reasons) && reasons.some((reason) => isObject(reason) && reason.Code === 'ValidationError');
}
