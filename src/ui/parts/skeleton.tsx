import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { uiWords } from '../ui-words.ts';
import { useWords } from '../words.ts';
import { RefusalNotice } from './notice.tsx';
import css from './skeleton.module.css';

/** True once it has lasted `after` milliseconds: what is quick shows no waiting at all. */
export function useSlow(waiting: boolean, after = 300): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!waiting) {
      setSlow(false);
      return undefined;
    }
    const timer = setTimeout(() => setSlow(true), after);
    return () => clearTimeout(timer);
  }, [waiting, after]);
  return waiting && slow;
}

/** Keeps the place of what comes: so many lines of so many pixels. Invisible for the first 300 ms. */
export function Skeleton({ lines = 3, height = 36 }: { lines?: number; height?: number }) {
  const slow = useSlow(true);
  const t = useWords(uiWords);
  return (
    <div className={css.skeleton} data-slow={slow || undefined} role="status" aria-label={slow ? t.loading : undefined}>
      {Array.from({ length: lines }, (_, at) => (
        <span key={at} style={{ height }}>
          <i style={{ width: `${[72, 88, 56, 80, 64][at % 5]}%` }} />
        </span>
      ))}
    </div>
  );
}

/** A read on the screen: its place while it comes, its refusal with «Повторить», else its data. Old data stays while it is renewed. */
export function Loaded<T>({ read, children, skeleton, title }: { read: UseQueryResult<T>; children: (data: T) => ReactNode; skeleton?: ReactNode; title?: string }): ReactNode {
  if (read.data !== undefined) return children(read.data);
  if (read.error) return <RefusalNotice error={read.error} onAgain={() => void read.refetch()} {...(title ? { title } : {})} />;
  return skeleton ?? <Skeleton />;
}
