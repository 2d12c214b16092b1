export { clientSecretNames, secretNameIn } from './environments/browser-sign-in.ts';
export { cookieWarnings } from './environments/cookie-problems.ts';
export { findPlaceholders } from './environments/find-placeholders.ts';
export type { LocalOverlay } from './environments/local.ts';
export { builtInIssuers, issuersOf, keycloakIssuers } from './environments/local-issuers.ts';
export { withConfig } from './module/with-config.ts';
export { writeModule } from './module/write-module.ts';
export { ENVIRONMENTS, type EnvironmentName, synthesizeEnvironment, synthesizeLocal } from './synthesis/synthesize.ts';
export { addressesOf, type TerraformDocument } from './synthesis/terraform-document.ts';
