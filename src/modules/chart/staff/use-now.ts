import { useEffect, useState } from 'react';

/** The moment, renewed every half minute: what depends on it (lateness, «now» on the line) moves by itself. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
