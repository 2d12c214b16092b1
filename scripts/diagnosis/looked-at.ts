import type { ApiName, Protection } from './attached-api.ts';
import type { Finding } from './finding.ts';

/** A stage of an API, and who is asked before what there. */
export interface StageProtection extends Protection {
  readonly api: ApiName;
}

/** What an API was found to be. */
export interface LookedAt {
  readonly stages: readonly StageProtection[];
  /** What is wrong with it apart from authorizers and routes. */
  readonly findings: readonly Finding[];
}
