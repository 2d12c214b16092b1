export {
  BROWSER_CLIENTS,
  type Browser,
  createBrowser,
  freePort,
  type LocalProvider,
  type Page,
  PROVIDER_SHAPES,
  type ProviderShape,
  startProvider,
} from '@cloakroom/local';
