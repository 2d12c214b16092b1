import { origins } from './origins.ts';

/** For every function that answers HTTP requests. */
export const httpEnv = { ALLOWED_ORIGINS: origins };
