import { bindingCheck, type BindingCheck } from '../check-binding.ts';
import { model } from '../model.ts';
import { withoutVersion, type ProfileRegistry } from './registry.ts';

/** The check of a required binding; undefined where the value set is not known or cannot be listed. */
export function bindingOf(valueSet: string, type: string, registry: ProfileRegistry): BindingCheck | undefined {
  const url = withoutVersion(valueSet);
  const codes = model().valueSets[url] ?? registry.valueSet?.(url);
  return codes && bindingCheck(type, url, codes);
}
