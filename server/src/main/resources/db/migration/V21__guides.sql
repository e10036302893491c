-- Stores and guides, as people keep them and as the platform's departments and members are.
create table store (
  name       text primary key,
  title      text not null,
  region     text[] not null,
  address    text not null,
  lat        double precision,
  lon        double precision,
  hours      text not null,
  department bigint not null default 0,
  open       boolean not null default true,
  check ((lat is null) = (lon is null))
);
create unique index store_department on store (department) where department > 0;

create table guide (
  userid     text primary key,
  title      text not null,
  -- Empty for headquarters.
  store      text not null,
  role       text not null check (role in ('guide', 'manager', 'virtual')),
  active     boolean not null,
  left_at    timestamptz,
  capacity   int not null default 0 check (capacity >= 0),
  -- Whether their sidebar may show phone numbers; each look is audited.
  sees_phones boolean not null default false
);

-- Who gets a customer two guides claim (binding), and whose an order is (revenue).
create table guide_rules (
  name       text primary key check (name in ('binding', 'revenue')),
  body       jsonb not null,
  who        text not null,
  changed_at timestamptz not null default now()
);

-- What each synchronisation with the platform found, and whether it was applied.
create table org_sync (
  id          bigint generated always as identity primary key,
  at          timestamptz not null,
  who         text not null,
  applied     boolean not null,
  differences jsonb not null
);

-- Customers and groups of one guide given to others.
create table hand_over (
  id         bigint generated always as identity primary key,
  from_guide text not null,
  -- Whether the guide had left: other calls, other limits.
  left_brand boolean not null,
  message    text not null,
  why        text not null,
  who        text not null,
  begun_at   timestamptz not null,
  refused    jsonb not null,
  -- Why the platform lets it wait, or would not have it.
  trouble    text
);
create table hand_over_item (
  hand_over  bigint not null references hand_over,
  -- An external_userid, or the id of a group.
  item       text not null,
  is_group   boolean not null,
  -- The customer's name then; -1 of a group.
  profile    int not null,
  to_guide   text not null,
  call       int not null,
  state      text not null check (state in
               ('planned', 'asked', 'waiting', 'taken_over', 'refused', 'limit', 'failed', 'undone')),
  code       int not null default 0,
  -- Not before: groups of one owner are shared out over days.
  due_at     timestamptz not null,
  asked_at   timestamptz,
  settled_at timestamptz,
  primary key (hand_over, item)
);
create index hand_over_item_open on hand_over_item (hand_over, call)
  where state in ('planned', 'asked', 'waiting');
create index hand_over_item_item on hand_over_item (item);

-- Tasks of guides may be skipped, taken back and opened again.
alter table guide_task
  add column state         text not null default 'open'
                           check (state in ('open', 'done', 'skipped', 'cancelled')),
  add column evidence_kind text,
  -- Whether the records themselves show what the guide says.
  add column verified      boolean not null default false,
  add column moved_why     text,
  -- How often it was opened again: its ends are told apart by it.
  add column reopened      int not null default 0;
update guide_task set state = 'done' where done_at is not null;
create index guide_task_profile on guide_task (profile);

-- Tokens that see some stores only, and sidebars that see one guide's customers.
alter table access_token drop constraint access_token_kind_check;
alter table access_token
  add constraint access_token_kind_check check (kind in ('admin', 'session', 'store', 'guide')),
  -- What a token of kind 'store' may see, and whose one of kind 'guide' is.
  add column stores text[] not null default '{}',
  add column guide  text not null default '',
  add column label  text not null default '';
