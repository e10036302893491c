// The peer of ./huoshui bench audience-*: the same people as rows ordered by uid, merged into one
// part, counted by each condition; the tags beside it as bitmaps. One JSON object out.
//
//   node audience.mjs ROWS.bin FOLDER REPEAT QUESTIONS.json PARQUET
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { Session } = createRequire(import.meta.url)("chdb");
const [rows, folder, repeat, questions, parquet] = process.argv.slice(2);
const session = new Session(folder);
const ask = (sql) => session.query(sql, "TabSeparated");
const columns = "uid UInt32, age UInt8, city UInt8, level UInt8, spend UInt32, a UInt8, b UInt8, c UInt8, d UInt8";

ask("create database bench engine = Atomic");
ask(`create table bench.people (${columns}) engine = MergeTree order by uid`);
ask(`insert into bench.people select * from file('${rows}', RowBinary, '${columns}') settings max_insert_threads = 1`);
ask("optimize table bench.people final");
ask("create table bench.tags (tag String, people AggregateFunction(groupBitmap, UInt32)) engine = MergeTree order by tag");
for (const tag of ["a", "b", "c", "d"]) {
  ask(`insert into bench.tags select '${tag}', groupBitmapState(uid) from bench.people where ${tag} = 1`);
}
if (parquet) {
  ask(`insert into function file('${parquet}', Parquet) select * from bench.people order by uid`);
}

const timed = (sql) => {
  const full = `${sql} settings max_threads = 2`;
  const said = ask(full).trim();
  const ms = [];
  for (let i = 0; i < Number(repeat); i++) {
    const began = performance.now();
    ask(full);
    ms.push(performance.now() - began);
  }
  return { said, ms };
};
const answer = { version: ask("select version()").trim() };
const { counts, segments } = JSON.parse(readFileSync(questions, "utf8"));
for (const [name, where] of Object.entries(counts)) {
  answer[name] = timed(`select count() from bench.people where ${where}`);
}
answer.bitmaps = timed(
  `with (select groupBitmapMergeState(people) from bench.tags where tag = 'a') as a,
        (select groupBitmapMergeState(people) from bench.tags where tag = 'b') as b,
        (select groupBitmapMergeState(people) from bench.tags where tag = 'c') as c,
        (select groupBitmapMergeState(people) from bench.tags where tag = 'd') as d
   select bitmapCardinality(bitmapAndnot(bitmapAnd(bitmapOr(a, b), c), d))`,
);
if (segments.length) {
  // A hundred conditions in one pass over the rows: the way it is fastest.
  const said = [];
  const began = performance.now();
  for (let from = 0; from < segments.length; from += 100) {
    const part = segments.slice(from, from + 100).map((where) => `countIf(${where})`).join(", ");
    said.push(...ask(`select ${part} from bench.people settings max_threads = 2`).trim().split("\t"));
  }
  answer.segments = { said: said.join(","), ms: [performance.now() - began] };
}
console.log(JSON.stringify(answer));
session.cleanup?.();
