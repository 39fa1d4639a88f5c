import type { LabKey } from './values.ts';
import type { Profile } from './people.ts';

/** What a reason for a visit looks like: the words of the doctor, his diagnosis, his advice. */
export interface Reason {
  complaints: string;
  findings: string;
  code: string;
  text: string;
  advice: string;
}

export interface ProfileDescription {
  problems: readonly { code: string; text: string; years: number }[];
  medicines: readonly { inn: string; dose: [value: number, unit: 'mg' | 'ug' | '[IU]']; perDay: number; text: string; form: string }[];
  labs: readonly { key: LabKey; middle: number; spread: number; decimals?: number }[];
  /** Middle of pressure, pulse, weight; children's weight and height are by age. */
  pressure: [systolic: number, diastolic: number];
  pulse: number;
  weight: number;
  reasons: readonly Reason[];
}

const nb = '\u00a0';
const cold: Reason = { complaints: 'Насморк, першение в горле, температура до 37,6\u00a0°C второй день.', findings: 'Зев гиперемирован, налётов нет. Дыхание везикулярное, хрипов нет. Тоны сердца ясные.', code: 'J06.9', text: 'ОРВИ, лёгкое течение', advice: 'Обильное питьё, промывание носа, парацетамол при температуре выше 38,5\u00a0°C. Явка при ухудшении.' };
const checkup: Reason = { complaints: 'Жалоб нет. Профилактический осмотр.', findings: 'Состояние удовлетворительное. Кожа чистая. Дыхание везикулярное. Тоны сердца ясные, ритм правильный. Живот мягкий, безболезненный.', code: 'Z00.0', text: 'Профилактический осмотр', advice: 'Здоров. Осмотр через год.' };

export const profiles: Record<Exclude<Profile, 'own' | 'newborn'>, ProfileDescription> = {
  healthy: { problems: [], medicines: [], labs: [{ key: 'hemoglobin', middle: 138, spread: 6 }, { key: 'glucose', middle: 4.9, spread: 0.4, decimals: 1 }], pressure: [118, 76], pulse: 70, weight: 68, reasons: [checkup, cold, { complaints: 'Просит справку для занятий в бассейне. Жалоб нет.', findings: 'Кожа чистая, признаков грибкового поражения нет. Соматически без особенностей.', code: 'Z02.5', text: 'Обследование для занятий плаванием', advice: 'Противопоказаний нет. Справка выдана.' }] },
  hypertension: {
    problems: [{ code: 'I11.9', text: 'Гипертоническая болезнь II стадии', years: 7 }, { code: 'E78.0', text: 'Гиперхолестеринемия', years: 3 }],
    medicines: [{ inn: 'lisinopril', dose: [10, 'mg'], perDay: 1, text: `10${nb}мг 1${nb}раз в день утром`, form: 'таблетки' }, { inn: 'amlodipine', dose: [5, 'mg'], perDay: 1, text: `5${nb}мг 1${nb}раз в день вечером`, form: 'таблетки' }, { inn: 'rosuvastatin', dose: [10, 'mg'], perDay: 1, text: `10${nb}мг 1${nb}раз в день вечером`, form: 'таблетки' }],
    labs: [{ key: 'ldl', middle: 3.1, spread: 0.6, decimals: 1 }, { key: 'creatinine', middle: 84, spread: 9 }, { key: 'potassium', middle: 4.4, spread: 0.3, decimals: 1 }], pressure: [144, 88], pulse: 74, weight: 86,
    reasons: [
      { complaints: 'Периодическая головная боль, шум в ушах при повышении давления.', findings: 'Тоны сердца приглушены, акцент II тона над аортой. Лёгкие без хрипов. Отёков нет.', code: 'I11.9', text: 'Гипертоническая болезнь II стадии, риск 3', advice: 'Дневник давления дважды в день, ограничение соли, ходьба 30\u00a0минут. Явка через месяц.' },
      { complaints: 'Жалоб нет, пришёл на плановый осмотр.', findings: 'Состояние удовлетворительное. Ритм правильный. Отёков нет.', code: 'I11.9', text: 'Гипертоническая болезнь II стадии, целевое давление достигнуто', advice: 'Лечение продолжить. Липидограмма, креатинин через 3\u00a0месяца.' },
      cold,
    ],
  },
  heart: {
    problems: [{ code: 'I25.2', text: 'Постинфарктный кардиосклероз', years: 5 }, { code: 'I50.0', text: 'Хроническая сердечная недостаточность II ФК', years: 3 }, { code: 'I48.1', text: 'Фибрилляция предсердий, постоянная форма', years: 2 }],
    medicines: [{ inn: 'bisoprolol', dose: [5, 'mg'], perDay: 1, text: `5${nb}мг 1${nb}раз в день утром`, form: 'таблетки' }, { inn: 'apixaban', dose: [5, 'mg'], perDay: 2, text: `5${nb}мг 2${nb}раза в день`, form: 'таблетки' }, { inn: 'torasemide', dose: [5, 'mg'], perDay: 1, text: `5${nb}мг 1${nb}раз в день утром`, form: 'таблетки' }, { inn: 'spironolactone', dose: [25, 'mg'], perDay: 1, text: `25${nb}мг 1${nb}раз в день утром`, form: 'таблетки' }, { inn: 'atorvastatin', dose: [40, 'mg'], perDay: 1, text: `40${nb}мг 1${nb}раз в день вечером`, form: 'таблетки' }],
    labs: [{ key: 'creatinine', middle: 112, spread: 14 }, { key: 'potassium', middle: 4.9, spread: 0.3, decimals: 1 }, { key: 'ldl', middle: 2.1, spread: 0.5, decimals: 1 }], pressure: [132, 78], pulse: 82, weight: 79,
    reasons: [
      { complaints: 'Одышка при подъёме на второй этаж, отёки голеней к вечеру.', findings: 'Ритм неправильный. В нижних отделах лёгких единичные влажные хрипы. Пастозность голеней.', code: 'I50.0', text: 'ХСН II ФК', advice: 'Ежедневно взвешиваться; при прибавке 2\u00a0кг за 3\u00a0дня — позвонить. Калий и креатинин через 2\u00a0недели.' },
      { complaints: 'Одышка прежняя, перебои не беспокоят.', findings: 'Ритм неправильный, 78 в минуту. Хрипов нет. Отёков нет.', code: 'I48.1', text: 'Фибрилляция предсердий, постоянная форма', advice: 'Антикоагулянт без перерывов. ЭКГ, эхокардиография планово.' },
    ],
  },
  diabetes: {
    problems: [{ code: 'E11.4', text: 'Сахарный диабет 2 типа, полинейропатия', years: 9 }, { code: 'I10', text: 'Артериальная гипертензия', years: 8 }, { code: 'E66.0', text: 'Ожирение I степени', years: 10 }],
    medicines: [{ inn: 'metformin', dose: [1000, 'mg'], perDay: 2, text: `1000${nb}мг 2${nb}раза в день с едой`, form: 'таблетки' }, { inn: 'empagliflozin', dose: [10, 'mg'], perDay: 1, text: `10${nb}мг 1${nb}раз в день утром`, form: 'таблетки' }, { inn: 'perindopril', dose: [5, 'mg'], perDay: 1, text: `5${nb}мг 1${nb}раз в день утром`, form: 'таблетки' }],
    labs: [{ key: 'hba1c', middle: 7.4, spread: 0.7, decimals: 1 }, { key: 'glucose', middle: 8.1, spread: 1.2, decimals: 1 }, { key: 'creatinine', middle: 88, spread: 8 }], pressure: [138, 84], pulse: 76, weight: 97,
    reasons: [
      { complaints: 'Онемение стоп, сахар натощак 7–9\u00a0ммоль/л.', findings: 'Вибрационная чувствительность стоп снижена, пульсация сохранена, язв нет.', code: 'E11.4', text: 'Сахарный диабет 2 типа, диабетическая полинейропатия', advice: 'Осмотр стоп ежедневно. Гликированный гемоглобин каждые 3\u00a0месяца, офтальмолог раз в год.' },
      { complaints: 'Плановый осмотр, жалоб нет.', findings: 'Состояние удовлетворительное. Отёков нет. Стопы без повреждений.', code: 'E11.9', text: 'Сахарный диабет 2 типа', advice: 'Лечение продолжить, питание по плану, ходьба.' },
    ],
  },
  lungs: {
    problems: [{ code: 'J44.8', text: 'ХОБЛ, средней тяжести', years: 6 }, { code: 'F17.2', text: 'Табачная зависимость', years: 30 }],
    medicines: [{ inn: 'tiotropium bromide', dose: [18, 'ug'], perDay: 1, text: `18${nb}мкг 1${nb}раз в день, ингаляция`, form: 'капсулы с порошком для ингаляций' }, { inn: 'salbutamol', dose: [100, 'ug'], perDay: 2, text: `1–2${nb}дозы при одышке`, form: 'аэрозоль для ингаляций дозированный' }],
    labs: [{ key: 'hemoglobin', middle: 152, spread: 7 }], pressure: [130, 80], pulse: 80, weight: 74,
    reasons: [
      { complaints: 'Кашель с мокротой по утрам, одышка при быстрой ходьбе.', findings: 'Дыхание жёсткое, рассеянные сухие хрипы. ЧДД 19.', code: 'J44.8', text: 'ХОБЛ средней тяжести, вне обострения', advice: 'Отказ от курения, дыхательная гимнастика, прививки от гриппа и пневмококка. Спирометрия раз в год.' },
      { complaints: 'Усиление одышки и кашля пятый день, мокрота гнойная.', findings: 'Дыхание жёсткое, свистящие хрипы при выдохе. ЧДД 22.', code: 'J44.1', text: 'ХОБЛ, обострение', advice: 'Явка через 3\u00a0дня, при нарастании одышки — 103.' },
    ],
  },
  asthma: {
    problems: [{ code: 'J45.0', text: 'Бронхиальная астма атопическая, контролируемая', years: 5 }, { code: 'J30.1', text: 'Поллиноз', years: 6 }],
    medicines: [{ inn: 'formoterol budesonide', dose: [160, 'ug'], perDay: 2, text: `1${nb}доза 2${nb}раза в день`, form: 'порошок для ингаляций' }],
    labs: [], pressure: [116, 74], pulse: 76, weight: 66,
    reasons: [
      { complaints: 'Приступы удушья не чаще раза в неделю, кашель ночью.', findings: 'Дыхание везикулярное, единичные свистящие хрипы на форсированном выдохе.', code: 'J45.0', text: 'Бронхиальная астма, частично контролируемая', advice: 'Проверена техника ингаляции. Пикфлоуметрия утром и вечером.' },
      { complaints: 'Насморк, чихание и слезотечение в мае.', findings: 'Слизистая носа отёчна, выделения прозрачные.', code: 'J30.1', text: 'Аллергический ринит, обострение', advice: 'Промывание носа, антигистаминный препарат на сезон.' },
    ],
  },
  stomach: {
    problems: [{ code: 'K29.5', text: 'Хронический гастрит', years: 6 }, { code: 'K21.0', text: 'ГЭРБ, эзофагит', years: 2 }],
    medicines: [{ inn: 'omeprazole', dose: [20, 'mg'], perDay: 1, text: `20${nb}мг 1${nb}раз в день за 30${nb}минут до еды`, form: 'капсулы' }],
    labs: [{ key: 'hemoglobin', middle: 131, spread: 8 }], pressure: [122, 78], pulse: 72, weight: 70,
    reasons: [{ complaints: 'Изжога, тяжесть в подложечной области после еды.', findings: 'Язык обложен. Живот мягкий, умеренно болезненный в эпигастрии.', code: 'K21.0', text: 'ГЭРБ, обострение', advice: 'Дробное питание, не ложиться после еды. ФГДС, тест на Helicobacter pylori.' }, cold],
  },
  thyroid: {
    problems: [{ code: 'E03.9', text: 'Гипотиреоз', years: 6 }, { code: 'E06.3', text: 'Аутоиммунный тиреоидит', years: 7 }],
    medicines: [{ inn: 'levothyroxine sodium', dose: [75, 'ug'], perDay: 1, text: `75${nb}мкг утром натощак`, form: 'таблетки' }],
    labs: [{ key: 'tsh', middle: 2.9, spread: 1.6, decimals: 1 }, { key: 'cholesterol', middle: 5.3, spread: 0.6, decimals: 1 }], pressure: [124, 78], pulse: 66, weight: 75,
    reasons: [{ complaints: 'Утомляемость, зябкость.', findings: 'Щитовидная железа не увеличена. Кожа суховата. Пульс 64.', code: 'E03.9', text: 'Гипотиреоз, медикаментозная компенсация', advice: 'ТТГ через 8\u00a0недель, затем раз в год.' }, cold],
  },
  back: {
    problems: [{ code: 'M42.1', text: 'Остеохондроз поясничного отдела', years: 4 }],
    medicines: [], labs: [], pressure: [126, 80], pulse: 72, weight: 84,
    reasons: [
      { complaints: 'Боль в пояснице после работы в наклон, усиливается при движении.', findings: 'Движения ограничены, мышцы поясницы напряжены. Симптом Ласега отрицательный. Чувствительность не нарушена.', code: 'M54.5', text: 'Боль внизу спины', advice: 'Сохранять активность, избегать подъёма тяжестей. При слабости в ноге или нарушении мочеиспускания — сразу к врачу.' },
      { complaints: 'Боль уменьшилась, движения свободнее.', findings: 'Объём движений почти полный.', code: 'M54.5', text: 'Боль внизу спины, улучшение', advice: 'Лечебная гимнастика ежедневно.' },
    ],
  },
  joints: {
    problems: [{ code: 'M17.0', text: 'Остеоартроз коленных суставов', years: 8 }, { code: 'I10', text: 'Артериальная гипертензия', years: 10 }],
    medicines: [{ inn: 'valsartan', dose: [80, 'mg'], perDay: 1, text: `80${nb}мг 1${nb}раз в день утром`, form: 'таблетки' }],
    labs: [{ key: 'urate', middle: 340, spread: 60 }, { key: 'creatinine', middle: 86, spread: 9 }], pressure: [136, 82], pulse: 72, weight: 88,
    reasons: [{ complaints: 'Боль в коленях при спуске по лестнице, утренняя скованность 15\u00a0минут.', findings: 'Крепитация при движении, выпота нет, сгибание до 110°.', code: 'M17.0', text: 'Остеоартроз коленных суставов', advice: 'Снижение веса, укрепление мышц бедра, трость в противоположной руке.' }],
  },
  anaemia: {
    problems: [{ code: 'D50.9', text: 'Железодефицитная анемия лёгкой степени', years: 1 }],
    medicines: [{ inn: 'iron polymaltose', dose: [100, 'mg'], perDay: 1, text: `100${nb}мг 1${nb}раз в день во время еды`, form: 'таблетки жевательные' }],
    labs: [{ key: 'hemoglobin', middle: 108, spread: 8 }, { key: 'ferritin', middle: 11, spread: 5 }], pressure: [110, 70], pulse: 84, weight: 57,
    reasons: [{ complaints: 'Слабость, ломкость ногтей, сердцебиение при нагрузке.', findings: 'Кожа и конъюнктивы бледные. Систолический шум на верхушке.', code: 'D50.9', text: 'Железодефицитная анемия лёгкой степени', advice: 'Мясо в питании, препарат железа 3\u00a0месяца. Общий анализ крови через месяц.' }],
  },
  migraine: {
    problems: [{ code: 'G43.0', text: 'Мигрень без ауры', years: 4 }], medicines: [{ inn: 'sumatriptan', dose: [50, 'mg'], perDay: 1, text: `50${nb}мг в начале приступа`, form: 'таблетки' }],
    labs: [], pressure: [114, 72], pulse: 72, weight: 60,
    reasons: [{ complaints: 'Приступы пульсирующей боли в правой половине головы с тошнотой 2–3\u00a0раза в месяц.', findings: 'Очаговых знаков нет. Менингеальных знаков нет.', code: 'G43.0', text: 'Мигрень без ауры', advice: 'Дневник приступов, режим сна. Невролог планово.' }, cold],
  },
  prostate: {
    problems: [{ code: 'N40', text: 'Доброкачественная гиперплазия предстательной железы', years: 3 }], medicines: [{ inn: 'tamsulosin', dose: [0.4, 'mg'], perDay: 1, text: `0,4${nb}мг 1${nb}раз в день после завтрака`, form: 'капсулы' }],
    labs: [{ key: 'psa', middle: 2.4, spread: 0.6, decimals: 1 }, { key: 'creatinine', middle: 89, spread: 6 }], pressure: [130, 80], pulse: 70, weight: 82,
    reasons: [{ complaints: 'Ночное мочеиспускание до 2\u00a0раз, струя слабее.', findings: 'Живот мягкий. Симптом поколачивания отрицательный с обеих сторон.', code: 'N40', text: 'Гиперплазия предстательной железы', advice: 'ПСА и УЗИ раз в год, меньше жидкости вечером.' }, cold],
  },
  child: {
    problems: [], medicines: [], labs: [{ key: 'hemoglobin', middle: 126, spread: 6 }], pressure: [98, 60], pulse: 92, weight: 0,
    reasons: [
      { ...cold, complaints: 'Со слов мамы: насморк, кашель, температура до 38,2\u00a0°C второй день.' },
      { complaints: 'Со слов мамы: боль в ухе с ночи, температура 38,4\u00a0°C.', findings: 'Барабанная перепонка справа гиперемирована, выбухает. Зев рыхлый.', code: 'H66.0', text: 'Острый средний отит справа', advice: 'Осмотр через 2\u00a0дня. При гноетечении, рвоте или вялости — сразу.' },
      { ...checkup, code: 'Z00.1', text: 'Профилактический осмотр ребёнка', advice: 'Развитие по возрасту. Группа здоровья I. Прививки по календарю.' },
      { complaints: 'Со слов мамы: боль в горле, температура 38,6\u00a0°C.', findings: 'Миндалины увеличены, налёты в лакунах. Подчелюстные лимфоузлы до 1,5\u00a0см.', code: 'J03.9', text: 'Острый тонзиллит', advice: 'Мазок, общий анализ крови. Щадящая еда, питьё.' },
    ],
  },
  infant: {
    problems: [{ code: 'L20.9', text: 'Атопический дерматит, лёгкий', years: 1 }], medicines: [{ inn: 'colecalciferol', dose: [1000, '[IU]'], perDay: 1, text: `1000${nb}МЕ 1${nb}раз в день`, form: 'капли для приёма внутрь' }],
    labs: [{ key: 'hemoglobin', middle: 119, spread: 6 }], pressure: [90, 55], pulse: 112, weight: 0,
    reasons: [
      { ...checkup, code: 'Z00.1', complaints: 'Плановый осмотр. Со слов мамы, жалоб нет.', text: 'Плановый осмотр ребёнка раннего возраста', advice: 'Развитие по возрасту. Прививки по календарю.' },
      { ...cold, complaints: 'Со слов мамы: насморк, беспокойный сон, температура 37,8\u00a0°C.' },
    ],
  },
};
