export { localToken } from './local-token.ts';
export { serviceToken } from './service-token.ts';
