/** Style of the printed document: one light sheet on any device, A4 on paper. */
export const renderStyle = `
@page{size:A4;margin:14mm 14mm 16mm 20mm}
*{box-sizing:border-box;margin:0;padding:0}
html{background:#efece6;-webkit-text-size-adjust:100%}
body{font:400 10.5pt/1.5 'Golos Text','PT Sans','Segoe UI',Roboto,'Liberation Sans',Arial,sans-serif;color:#1d1b18;font-variant-numeric:tabular-nums;hyphens:manual;overflow-wrap:anywhere}
.sheet{width:210mm;max-width:100%;min-height:297mm;margin:24px auto;padding:16mm 16mm 14mm 22mm;background:#fff;border:1px solid #e0dbd1;display:flex;flex-direction:column}
header{display:flex;justify-content:space-between;gap:12mm;padding-bottom:4mm;border-bottom:1.5pt solid #1d1b18}
header .org{font-weight:650;font-size:12pt;line-height:1.3}
header small{display:block;margin-top:1mm}
small,.small{font-size:8.5pt;line-height:1.4;color:#5d5951}
header .side{text-align:right;flex:0 0 auto;max-width:45%}
h1{font-size:17pt;line-height:1.25;font-weight:650;letter-spacing:-.01em;margin:9mm 0 1mm;text-wrap:balance}
.sub{color:#5d5951;margin-bottom:6mm}
.person dl{display:flex;flex-wrap:wrap;gap:2mm 5mm;margin-top:1.5mm}.person{padding:4mm 5mm;background:#f7f5f1;border-radius:2mm;margin-bottom:3mm;break-inside:avoid}
.person .who{font-weight:650;font-size:13pt;line-height:1.3}
dt{font-size:8.5pt;line-height:1.4;color:#5d5951}dd{white-space:nowrap}dd.long{white-space:normal}
section{margin-top:6mm}
h2{font-size:10.5pt;font-weight:650;line-height:1.4;margin-bottom:1mm;break-after:avoid}
section p{margin:0 0 1.5mm;text-wrap:pretty;orphans:2;widows:2}section i{color:#5d5951;font-style:normal;font-size:8.5pt}
section ul,section ol{margin:0 0 1.5mm 5mm}
table{border-collapse:collapse;width:100%;margin:1mm 0 2mm;font-size:10pt;line-height:1.4;overflow-wrap:break-word}
th{font-weight:500;font-size:8.5pt;color:#5d5951;text-align:left;border-bottom:.75pt solid #1d1b18;padding:1mm 3mm 1mm 0;vertical-align:bottom}
td{padding:1.3mm 3mm 1.3mm 0;border-bottom:.5pt solid #e0dbd1;vertical-align:baseline}tr{break-inside:avoid}thead{display:table-header-group}
td.n{white-space:nowrap}b,strong{font-weight:650}
.copy{display:flex;flex-wrap:wrap;gap:1mm 5mm;justify-content:space-between;align-items:baseline;border:1.2pt solid #1d1b18;border-radius:1.5mm;padding:2mm 4mm;margin-bottom:5mm;font-size:8.5pt;line-height:1.4}.copy b{font-size:10.5pt;text-transform:uppercase;letter-spacing:.04em}
.mark{border-left:1.2mm solid #8a5b00;background:#fdf1d3;padding:2.5mm 4mm;margin-top:6mm;break-inside:avoid}.mark.bad{border-color:#b3261e;background:#fbe9e7}.mark b{display:block}
.foot{margin-top:auto;padding-top:12mm}
.by{display:flex;gap:6mm;justify-content:space-between;align-items:baseline;border-top:.5pt solid #e0dbd1;padding-top:4mm;margin-bottom:5mm}
.by span:last-child{text-align:right}
.stamps{display:grid;grid-template-columns:repeat(auto-fit,minmax(74mm,1fr));gap:5mm}
.stamp{border:1.1pt solid #1f4e9c;border-radius:3mm;color:#173d7d;padding:3mm 4mm 3.5mm;break-inside:avoid;font-size:8.5pt;line-height:1.45}
.stamp h3{font-size:8.5pt;line-height:1.35;font-weight:650;letter-spacing:.05em;text-transform:uppercase;text-align:center;padding-bottom:2mm;margin-bottom:2mm;border-bottom:.6pt solid #1f4e9c66;text-wrap:balance}
.stamp dl{display:grid;grid-template-columns:auto 1fr;gap:.4mm 3mm}.stamp dt{color:#3d5f9b}.stamp dd{white-space:normal}.stamp dd.name{font-weight:650}.stamp dd.serial{font-family:ui-monospace,'DejaVu Sans Mono',Consolas,monospace;font-size:7pt;line-height:1.7;word-break:break-all}
.stamp .test{margin-top:2mm;padding-top:2mm;border-top:.6pt dashed #1f4e9c66;text-align:center;font-weight:500}
.stamp.bad{border-color:#b3261e;color:#8f1d16}.stamp.bad h3,.stamp.bad .test{border-color:#b3261e66}.stamp.bad dt{color:#8f1d16}
.stamp.unsure{border-style:dashed;border-color:#8a5b00;color:#6b4700}.stamp.unsure h3,.stamp.unsure .test{border-color:#8a5b0066}.stamp.unsure dt{color:#6b4700}
.note{margin-top:5mm}.note code{font-family:ui-monospace,'DejaVu Sans Mono',Consolas,monospace;font-size:7.5pt;word-break:break-all}
@media (max-width:640px){html{background:#fff}body{font-size:17px}.sheet{margin:0;border:0;padding:20px 16px;min-height:0}header{flex-direction:column;gap:8px}header .side{text-align:left;max-width:none}h1{font-size:24px;margin-top:24px}.person dl{gap:12px 20px}dd{white-space:normal}small,.small,dt,section i{font-size:14px}table{font-size:15px}th{font-size:13px}td,th{padding-right:10px}td:last-child,th:last-child{padding-right:0}.stamps{grid-template-columns:1fr}.stamp,.stamp h3{font-size:14px}.stamp dd.serial,.note code{font-size:12px}.by{flex-direction:column;gap:4px}.by span:last-child{text-align:left}}
@media print{html,body{background:#fff}.sheet{width:auto;min-height:0;margin:0;padding:0;border:0;display:block}.person,.mark,.stamp{-webkit-print-color-adjust:exact;print-color-adjust:exact}.foot{padding-top:8mm}}
`.replace(/\n/g, '');

/** On a page of ours the sheet has no ground of its own; its proportions stay those of A4. */
export const frameStyle = `
html{background:#fff}body{margin:0}.sheet{margin:0;border:0;width:auto;max-width:none}
@media (min-width:641px){.sheet{min-height:141.4vw;padding:7vw 7.6vw 6.6vw 9vw}}
@media (min-width:820px){.sheet{min-height:297mm;padding:16mm 16mm 14mm 22mm}}`;
