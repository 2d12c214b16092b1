/** The functions that are in the VPC, where there is one. */
export const FUNCTIONS_IN_VPC = [
  'authorizer',
  'create-session',
  'enqueue-event',
  'health',
  'list-events',
  'record-changes',
  'sessions-api',
  'store-event',
  'user-data',
];
