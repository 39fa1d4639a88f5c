import type { FieldValue } from '../contract.ts';
import { entryKind } from '../rules.ts';
import type { DeskField, DeskState } from './draft-desk.ts';

type Kinded = Extract<FieldValue, { kind: string }>;

/** The lines of a list, in the order of their first writing (keys of lines are drawn at random; times are not). */
export function entriesOf<V extends Kinded>(state: DeskState, kind: V['kind']): { linkId: string; value: V; field: DeskField }[] {
  return [...state.fields.values()].flatMap((field) => (entryKind(field.linkId) === kind && typeof field.value === 'object' && field.value !== null ? [{ linkId: field.linkId, value: field.value as V, field }] : []));
}

/** Puts the caret into a field of the page, after it is drawn. */
export function focusOn(id: string): void {
  setTimeout(() => {
    const place = document.getElementById(id);
    const field = place?.matches('input, textarea, select, button') ? place : place?.querySelector<HTMLElement>('input, textarea, select, button');
    field?.focus();
    field?.scrollIntoView({ block: 'nearest' });
  }, 30);
}
