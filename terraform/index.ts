export { findPlaceholders } from './environments/find-placeholders.ts';
export type { LocalUrls } from './environments/local.ts';
export { ENVIRONMENTS, type EnvironmentName, synthesizeEnvironment, synthesizeLocal } from './synthesis/synthesize.ts';
export { addressesOf, type TerraformDocument } from './synthesis/terraform-document.ts';
