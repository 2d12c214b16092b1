/**
 * What a service may do for the users of its issuer.
 *
 * - `records`: make, read, change, end and list sessions that let nobody in.
 * - `sessions`: the same for every session.
 * - `users`: export and erase users, and read their events.
 */
export const SERVICE_RIGHTS = ['records', 'sessions', 'users'] as const;

export type ServiceRight = (typeof SERVICE_RIGHTS)[number];
