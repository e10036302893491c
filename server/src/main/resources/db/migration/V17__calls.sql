-- Call flows, every version as its author wrote it.
create table call_flow (
  name         text not null,
  version      int not null,
  -- What is said and understood, as JSON in core's form.
  body         jsonb not null,
  written      text not null,
  who          text not null,
  published_at timestamptz not null default now(),
  primary key (name, version)
);

-- Attempts to call somebody: each is one row, a redial another one.
create table call_made (
  -- The platform's id of the attempt.
  call       text primary key,
  touchpoint text not null,
  flow       text not null,
  version    int not null,
  profile    int not null,
  at         timestamptz not null,
  -- Why it was no talk; null for a talk, and while it goes on.
  why        text,
  -- What the talk came to, without a word of what was said.
  said       jsonb,
  -- The transcript, sealed with the key of the personal data; null once the person was erased.
  transcript text,
  -- When the platform's result was taken: a second one changes nothing.
  told_at    timestamptz
);
create index call_made_touchpoint on call_made (touchpoint);
create index call_made_profile on call_made (profile);

-- Sends whose person was not spoken with yet.
create table call_redial (
  touchpoint text primary key,
  attempts   int not null,
  next_at    timestamptz not null,
  -- 'waiting', or 'placing' while it is not known whether the platform has it.
  state      text not null
);
create index call_redial_next on call_redial (next_at);
