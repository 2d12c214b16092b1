import { HttpError } from './http-error.ts';
import type { Route } from './route.ts';

/** Answers what no route answers. */
export const NOWHERE: Route<unknown, unknown> = {
  access: 'public',
  async handle() {
    throw new HttpError('NOT_FOUND');
  },
};

/** A CORS preflight comes without credentials (Fetch Standard §4.8); the CORS layer adds all that it asks for. */
export const PREFLIGHT: Route<unknown, unknown> = {
  access: 'public',
  async handle() {
    return { status: 204, data: undefined };
  },
};
