import type { Environment } from '../../environments/environment.ts';
import type { Section } from '../../modules/monitoring/dashboard.ts';
import type { Watched } from '../watched.ts';
import { authorizations } from './authorizations.ts';
import { cost } from './cost.ts';
import { events, parts } from './parts.ts';
import { people } from './people.ts';

/** What there is to be seen of an environment, from top to bottom. */
export function dashboardOf(environment: Environment, watched: Watched): readonly Section[] {
  return [...people(environment, watched), authorizations(watched), events(watched), parts(watched), cost(watched)];
}
