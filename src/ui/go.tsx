import { Link, useLocation, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/**
 * A link inside the program, by a module's typed path (`paths.ts` answers plain strings). What identifies a person never stands
 * in an address: opaque ids only.
 */
export function Go({ to, children, className, activeClassName, label, exact }: { to: string; children: ReactNode; className?: string; activeClassName?: string; label?: string; exact?: boolean }) {
  return (
    <Link to={to} className={className} activeProps={activeClassName ? { className: activeClassName } : {}} activeOptions={{ exact: exact ?? to === '/' }} aria-label={label}>
      {children}
    </Link>
  );
}

/** Goes to a path of the program. */
export function useGo(): (to: string, options?: { replace?: boolean }) => void {
  const navigate = useNavigate();
  return (to, options) => void navigate({ to, ...options });
}

/** The `$names` of the page's path. */
export function usePageParams<T extends Record<string, string>>(): T {
  return useParams({ strict: false }) as T;
}

/** What stands after `?`: filters and tabs of a page (URL is state), and how to change it without a new entry in the history. */
export function usePageSearch<T extends Record<string, string | undefined>>(): [T, (next: Partial<T>) => void] {
  const search = useSearch({ strict: false }) as T;
  const navigate = useNavigate();
  return [search, (next) => void navigate({ to: '.', search: (last: Record<string, unknown>) => ({ ...last, ...next }), replace: true })];
}

/** The path of the open page, without what stands after `?`. */
export function usePlace(): string {
  return useLocation().pathname;
}
