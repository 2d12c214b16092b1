/**
 * Whether everything that one pattern of IAM stands for is in another: `*` is any text, `?` any character. Terraform's references
 * are text like any other.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function covers(wider: string, narrower: string): boolean {
  if (wider === narrower) return true;
  const parts = wider.split(/([*?])/).map((part) => {
    if (part === '*') return '.*';
    // A `*` of the other may be any text, and no single character.
    return part === '?' ? '[^*]' : part.replaceAll(/[\\^$.+()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 's').test(narrower);
}

const ARN_PARTS = 6;

/**
 * The same of ARNs: each of the six parts is matched by itself. One that begins with a reference of Terraform's goes on in its last
 * part; of two that begin otherwise nobody can tell.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function coversArn(wider: string, narrower: string): boolean {
  if (wider === narrower) return true;
  const [one, other] = [partsOf(wider), partsOf(narrower)];
  return one.length === other.length && one.every((part, index) => covers(part, other[index] ?? ''));
}

function partsOf(arn: string): readonly string[] {
  const [, reference, rest = ''] = /^(\$\{\w+\.\w+\.\w+\})(.*)$/s.exec(arn) ?? [];
  if (reference !== undefined) return [reference, rest];
  const parts = arn.split(':');
  return [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(':')];
}

/** Actions are compared without regard to case. */
export function coversAction(wider: string, narrower: string): boolean {
  return covers(wider.toLowerCase(), narrower.toLowerCase());
}

/**
 * Whether two patterns may have something in common. Two that both hold wildcards are taken to have, and so are a name and a reference
 * of Terraform's, which may come to the same.
 */
export function mayOverlap(one: string, other: string): boolean {
  const isReference = (text: string) => text.includes('${');
  if (isReference(one) !== isReference(other)) return true;
  return covers(one, other) || covers(other, one) || (/[*?]/.test(one) && /[*?]/.test(other));
}
