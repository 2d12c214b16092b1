import { join } from 'node:path';
import { explainLock } from './state-lock.ts';
import { step, type Tools, terraform, terraformProgram } from './tools.ts';

/** Inside the folder that Terraform and git both keep apart: a plan holds the state, and so do not commit it. */
export const PLAN_FILE = join('.terraform', 'cloakroom.tfplan');

/** Where Terraform runs, and how. */
export interface Planning {
  readonly environment: string;
  readonly folder: string;
  /** How long to wait for somebody else who changes the state, as Terraform takes it: `10m`. Absent: not at all. */
  readonly lockTimeout?: string | undefined;
}

/**
 * Plans into {@link PLAN_FILE}. What Terraform prints of it is many pages: the plan is returned instead, as `terraform show -json`.
 *
 * @throws Error with what Terraform said, or saying who holds the lock of the state
 */
export async function plan(planning: Planning, tools: Tools): Promise<object> {
  const { environment, folder, lockTimeout } = planning;
  const title = lockTimeout === undefined ? 'planning' : `planning, after anybody else (${lockTimeout} at most)`;
  return step(tools, title, () => {
    try {
      const args = ['plan', '-input=false', '-no-color', ...lockOption(planning), `-out=${PLAN_FILE}`];
      tools.read(terraformProgram(), args, folder);
    } catch (error) {
      throw explainLock(error, environment);
    }
    return JSON.parse(tools.read(terraformProgram(), ['show', '-json', PLAN_FILE], folder)) as object;
  });
}

/** Applies the last plan, its output shown. @throws Error when it fails */
export function applyPlan(planning: Planning, tools: Tools): Promise<void> {
  const args = ['apply', '-input=false', ...lockOption(planning), PLAN_FILE];
  return step(tools, 'applying', () => terraform(tools, planning.folder, args));
}

function lockOption({ lockTimeout }: Planning): readonly string[] {
  return lockTimeout === undefined ? [] : [`-lock-timeout=${lockTimeout}`];
}
