import { useState } from 'react';
import { AllergyMark, Autosave, Button, CheckField, ChoiceField, Chip, DateField, Empty, Lookup, Notice, NumberField, PageBody, PageHead, Part, PhoneField, Refusal, RefusalNotice, SelectField, Sheet, SnilsField, TextArea, TextField, Value, confirm, toast, useScanner } from '../../ui/index.ts';
import type { LookupOption } from '../../ui/index.ts';
import css from './gallery.module.css';
import { codes } from './sample.ts';

const refusal = new Refusal('documents.changed', 'Документ не подписан: пока вы читали, медсестра Орлова Т. И. изменила давление. Проверьте значение и подпишите ещё раз.', 409);

/** Every small part in every state. */
export function PartsPage() {
  const [text, setText] = useState('Иванова');
  const [born, setBorn] = useState<string | undefined>('1959-03-14');
  const [snils, setSnils] = useState<string | undefined>('11223344595');
  const [phone, setPhone] = useState<string>();
  const [weight, setWeight] = useState<string | undefined>('36.6');
  const [sex, setSex] = useState<'female' | 'male' | undefined>('female');
  const [payer, setPayer] = useState<'oms' | 'own' | undefined>();
  const [code, setCode] = useState<LookupOption>();
  const [agreed, setAgreed] = useState(true);
  const [scanned, setScanned] = useState('');
  useScanner(setScanned);
  return (
    <PageBody kind="sides">
      <div className={css.column}>
        <PageHead title="Части" note="все состояния" actions={<Button small onClick={() => toast('Приём отменён', { onUndo: () => undefined })}>Отменить приём</Button>} />
        <Part title="Поля">
          <Sheet kind="pad">
            <div className={css.form}>
              <TextField label="Фамилия" value={text} onChange={setText} required hint="Как в паспорте" />
              <DateField label="Дата рождения" value={born} onChange={setBorn} withAge />
              <SnilsField label="СНИЛС" value={snils} onChange={setSnils} optional />
              <PhoneField label="Телефон" value={phone} onChange={setPhone} optional hint="На него придёт напоминание" />
              <NumberField label="Температура" value={weight} onChange={setWeight} unit="°C" least={30} most={44} />
              <ChoiceField label="Пол" value={sex} onChange={setSex} options={[{ value: 'female', text: 'Женский' }, { value: 'male', text: 'Мужской' }]} />
              <SelectField label="Кто платит" value={payer} onChange={setPayer} options={[{ value: 'oms', text: 'ОМС' }, { value: 'own', text: 'Сам пациент' }]} error="Выберите, кто платит: без этого случай не закрыть" />
              <Lookup label="Диагноз" value={code} onChange={setCode} options={codes.map((one) => ({ key: one.code, code: one.code, text: one.display }))} />
              <TextArea label="Примечание" value="" onChange={() => undefined} placeholder="Что важно знать регистратуре" />
              <CheckField label="Согласие на обработку данных получено" value={agreed} onChange={setAgreed} hint="Бумага отсканирована 12 ноя" />
            </div>
          </Sheet>
        </Part>
        <Part title="Слова системы">
          <RefusalNotice error={refusal} title="Документ не подписан" onAgain={() => undefined} />
          <RefusalNotice error={new Refusal('ui.offline', 'Нет связи с сервером. Набранное остаётся здесь; повторим, когда связь вернётся.', 503)} />
          <Notice tone="done" title="Документ подписан">Соколова А. В., 9:24. Пациент уже видит его.</Notice>
          <Notice>Карта открыта по записи на сегодня. Завтра доступ закроется сам.</Notice>
        </Part>
      </div>
      <div className={css.column}>
        <Part title="Аллергии">
          <div className={css.stack}>
            <AllergyMark state={{ kind: 'known', items: [{ text: 'пенициллины', note: 'крапивница' }, { text: 'новокаин' }] }} />
            <AllergyMark state={{ kind: 'none', asked: '2026-11-12', by: 'Орлова Т. И.' }} />
            <AllergyMark state={{ kind: 'unasked' }} onAsk={() => undefined} />
          </div>
        </Part>
        <Part title="Состояния">
          <div className={css.row}><Chip>записан врачом</Chip><Chip tone="accent">в кабинете</Chip><Chip tone="done">принят</Chip><Chip tone="attention">ждёт подписи</Chip><Chip tone="danger">сейчас</Chip></div>
          <div className={css.row}><Value value={158} unit="мм рт. ст." low={100} high={139} range /><Value value="3.1" unit="ммоль/л" low={3.5} high={5.1} range /><Value value="36.60" unit="°C" low={36} high={37} /><Value value={118} unit="г/л" size="large" /></div>
          <div className={css.row}><Autosave state={{ kind: 'saving' }} /><Autosave state={{ kind: 'saved', at: new Date('2026-11-21T12:41:07Z') }} /><Autosave state={{ kind: 'here', at: new Date('2026-11-21T12:41:07Z') }} /></div>
        </Part>
        <Part title="Кнопки">
          <div className={css.row}><Button kind="main" keys="Ctrl ↵">Подписать документ</Button><Button>Ещё</Button><Button kind="quiet">Отложить</Button><Button kind="danger" onClick={() => void confirm({ title: 'Аннулировать документ?', text: 'Пациент и врачи увидят, что документ недействителен. Вернуть его нельзя, можно только создать новый.', act: 'Аннулировать', danger: true })}>Аннулировать</Button><Button kind="main" reason="Сначала заполните диагноз">Подписать</Button><Button busy>Сохраняем</Button><Button small>Малая</Button></div>
        </Part>
        <Part title="Пустое место"><Sheet><Empty title="Направлений пока нет" action={<Button small>Направить</Button>}>Направление появится здесь, когда вы выпишете его на приёме или нажмёте «Направить».</Empty></Sheet></Part>
        <Part title="Сканер"><p data-testid="scanned">{scanned || 'Отсканируйте штрихкод карты — где бы ни стоял курсор.'}</p></Part>
      </div>
    </PageBody>
  );
}
