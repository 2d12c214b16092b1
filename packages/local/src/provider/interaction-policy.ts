import { interactionPolicy } from 'oidc-provider';

/** What `acr_values` can ask for: a password, and more than that. */
export const ACR_VALUES = ['1', '2'];

/**
 * When the login page shows. Nobody is asked for consent on their own machine; `select_account` shows the page, `acr_values` does
 * where the sign-in was of another kind, and whoever was disabled meanwhile meets it, too.
 */
export function loginPolicy(): interactionPolicy.DefaultPolicy {
  const { Check, Prompt, base } = interactionPolicy;
  const policy = base();
  policy.remove('consent');
  const checks = policy.get('login')?.checks;
  checks?.add(
    new Check('acr_values', 'another kind of sign-in was asked for', ({ oidc }) => {
      const asked = acrValuesOf(oidc.params?.acr_values);
      return asked.length > 0 && !asked.includes(oidc.session?.acr ?? '');
    }),
  );
  checks?.add(
    new Check('disabled', 'the user cannot sign in', ({ oidc }) => {
      return oidc.session?.accountId !== undefined && oidc.account === undefined;
    }),
  );
  policy.add(new Prompt({ name: 'select_account', requestable: true }));
  return policy;
}

/** Those of the values asked for that can be had, the most wanted first. */
export function acrValuesOf(asked: unknown): readonly string[] {
  return typeof asked === 'string' ? asked.split(' ').filter((value) => ACR_VALUES.includes(value)) : [];
}
