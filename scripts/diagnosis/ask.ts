import { explainAwsError } from '../explain-aws-error.ts';

/** Which question, and what lets one ask it. */
interface Question {
  /** `API Gateway` */
  readonly service: string;
  /** `apigateway:GET` */
  readonly action: string;
}

/** Asks AWS, and explains an error: one for want of a permission names it. */
export async function ask<T>({ service, action }: Question, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw explainAwsError(error, { service, denied: `look into it: allow them ${action}` });
  }
}

/** The same, where what is asked for may not be there: undefined then. */
export async function askIfThere<T>(question: Question, call: () => Promise<T>): Promise<T | undefined> {
  return ask(question, async () => {
    try {
      return await call();
    } catch (error) {
      if (error instanceof Error && NOT_THERE.has(error.name)) return undefined;
      throw error;
    }
  });
}

/** How API Gateway, Lambda and SNS say it. */
const NOT_THERE = new Set(['NotFoundException', 'ResourceNotFoundException']);

/** Everything of what comes in pages. */
export async function allPages<T>(
  page: (
    token: string | undefined,
  ) => Promise<{ readonly items: readonly T[] | undefined; readonly next: string | undefined }>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const { items = [], next } = await page(token);
    all.push(...items);
    token = next;
  } while (token !== undefined && token !== '');
  return all;
}

export const API_GATEWAY: Question = { service: 'API Gateway', action: 'apigateway:GET' };
export const LAMBDA_POLICY: Question = { service: 'Lambda', action: 'lambda:GetPolicy' };
export const SNS_LIST: Question = { service: 'SNS', action: 'sns:ListSubscriptionsByTopic' };
export const SNS_PUBLISH: Question = {
  service: 'SNS',
  action: 'sns:Publish, and use of the key of the topic (kms:GenerateDataKey, kms:Decrypt)',
};
