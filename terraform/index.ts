export { type Adopted, readAdopted, writeAdopted } from './environments/adopted.ts';
export { assertApart } from './environments/assert-apart.ts';
export { assertDeployable } from './environments/assert-deployable.ts';
export { clientSecretNames, secretNameIn } from './environments/browser-sign-in.ts';
export { cognitoIssuer } from './environments/cognito-issuer.ts';
export { cookieWarnings } from './environments/cookie-problems.ts';
export { defaults } from './environments/defaults.ts';
export { type Environment, parseEnvironment } from './environments/environment.ts';
export { findPlaceholders } from './environments/find-placeholders.ts';
export { ENVIRONMENTS, type EnvironmentName, environmentOf } from './environments/index.ts';
export type { LocalOverlay } from './environments/local.ts';
export { builtInIssuers, issuersOf, keycloakIssuers } from './environments/local-issuers.ts';
export {
  isPinDescription,
  type Pin,
  type Pinned,
  parsePinned,
  pinDescription,
  readPinned,
  writePinned,
} from './environments/pinned-versions.ts';
export { readTableNames, tableNameIn, writeTableNames } from './environments/table-names.ts';
export { withConfig } from './module/with-config.ts';
export { writeModule } from './module/write-module.ts';
export {
  isApplyable,
  type PlannedChange,
  readAdoptions,
  readChanges,
  replacedFor,
} from './plan/planned-changes.ts';
export { checkNetwork } from './preflight/check-network.ts';
export { recordRelease } from './releases/record.ts';
export { deployedFunctions } from './stacks/deployed-functions.ts';
export { PUBLIC_ROUTE_KEYS } from './stacks/routes.ts';
export { pinAliases } from './synthesis/pin-aliases.ts';
export { synthesizeEnvironment, synthesizeLocal } from './synthesis/synthesize.ts';
export { addressesOf, type TerraformDocument } from './synthesis/terraform-document.ts';
export { withoutProtection } from './synthesis/without-protection.ts';
