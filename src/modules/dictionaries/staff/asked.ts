import { usePageSearch } from '../../../ui/index.ts';

/** The state of a dictionary's page, all of it in its address. */
export type Asked = Partial<Record<'system' | 'version' | 'view' | 'code' | 'q' | 'offset' | 'from' | 'kind' | 'closed', string | undefined>>;

/** The state and how to change it. The router reads what looks like a number as one; here all of it is text, as it was written. */
export function useAsked(): [Asked, (next: Asked) => void] {
  const [search, setSearch] = usePageSearch<Asked>();
  return [Object.fromEntries(Object.entries(search).map(([name, value]) => [name, value === undefined ? undefined : String(value as unknown)])), setSearch];
}
