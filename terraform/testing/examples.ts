import { ENVIRONMENTS } from '../environments/index.ts';

const { dev, prod, staging } = ENVIRONMENTS;

/** The environments that came with this repository, without those of a team: golden files and pages are about these. */
export const EXAMPLES = { dev, prod, staging };
