export { type Issuer, parseIssuers } from './issuers.ts';
