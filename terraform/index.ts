export { clientSecretNames, secretNameIn } from './environments/browser-sign-in.ts';
export { cookieWarnings } from './environments/cookie-problems.ts';
export type { Environment } from './environments/environment.ts';
export { findPlaceholders } from './environments/find-placeholders.ts';
export { ENVIRONMENTS, type EnvironmentName, environmentOf } from './environments/index.ts';
export type { LocalOverlay } from './environments/local.ts';
export { builtInIssuers, issuersOf, keycloakIssuers } from './environments/local-issuers.ts';
export {
  type Pin,
  type Pinned,
  parsePinned,
  pinDescription,
  readPinned,
  writePinned,
} from './environments/pinned-versions.ts';
export { withConfig } from './module/with-config.ts';
export { writeModule } from './module/write-module.ts';
export { deployedFunctions } from './stacks/deployed-functions.ts';
export { PUBLIC_ROUTE_KEYS } from './stacks/routes.ts';
export { pinAliases } from './synthesis/pin-aliases.ts';
export { synthesizeEnvironment, synthesizeLocal } from './synthesis/synthesize.ts';
export { addressesOf, type TerraformDocument } from './synthesis/terraform-document.ts';
