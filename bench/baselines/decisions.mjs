// What those decide alike who read items as DynamoDB gives them.
export function isActiveItem(item) {
  const now = Date.now() / 1000;
  return item?.status.S === 'active' && item.idle_expires_at.N > now && item.absolute_expires_at.N > now;
}

export function unauthorized() {
  return new Error('Unauthorized');
}
