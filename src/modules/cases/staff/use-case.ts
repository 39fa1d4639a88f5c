import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api, readKey, refusalOf, toast, useAct, useWords, type Refusal } from '../../../ui/index.ts';
import type { CaseAnswer, Choices } from '../contract.ts';
import { caseApi } from '../paths.ts';
import { caseWords } from './words.ts';

/**
 * The acts of a case's page. A choice shows at once and is saved behind it, one after the other; closing waits for what is still being saved, so
 * that «1» and Ctrl+Enter in one breath close the case with that outcome.
 */
export function useCase(id: string) {
  const t = useWords(caseWords);
  const client = useQueryClient();
  const path = caseApi(id);
  const [chosen, setChosen] = useState<Choices>({});
  const [refusal, setRefusal] = useState<Refusal>();
  const saving = useRef<Promise<void>>(Promise.resolve());
  const version = () => client.getQueryData<CaseAnswer>(readKey(path))!.version;
  const take = (answer: CaseAnswer) => {
    client.setQueryData(readKey(path), answer);
    void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'read' && /^\/cases(\?|\/patients)/.test(String(queryKey[1])) });
  };
  const save = useAct((choices: Choices, call) => api.patch<CaseAnswer>(path, { version: version(), choices }, call));
  const close = useAct((_: void, call) => api.post<CaseAnswer>(`${path}/closing`, { version: version(), choices: {} }, call), {
    onDone: (answer) => {
      take(answer);
      toast(t.closed, { onUndo: () => reopen.run(t.undoReason) });
    },
    onRefused: (error) => fail(error),
  });
  const reopen = useAct((reason: string, call) => api.post<CaseAnswer>(`${path}/reopening`, { version: version(), reason }, call), {
    onDone: (answer) => {
      take(answer);
      toast(t.reopened);
    },
    onRefused: setRefusal,
  });
  const fail = (error: unknown) => {
    setRefusal(refusalOf(error));
    void client.invalidateQueries({ queryKey: readKey(path) });
  };
  const choose = (choices: Choices) => {
    setRefusal(undefined);
    setChosen((last) => ({ ...last, ...choices }));
    saving.current = saving.current.then(async () => {
      try {
        take(await save.ask(choices));
      } catch (error) {
        fail(error);
      }
      setChosen((last) => Object.fromEntries(Object.entries(last).filter(([key, value]) => choices[key as keyof Choices] !== value)));
    });
  };
  const finish = async () => {
    setRefusal(undefined);
    await saving.current;
    close.run();
  };
  return { path, chosen, choose, finish: () => void finish(), closing: close.busy, reopen, refusal };
}
