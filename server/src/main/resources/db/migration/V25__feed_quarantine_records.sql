-- What a row is about: the order's number, else a digest of the record. Records of an API or a push have
-- no line; they come again after a crash and in windows that overlap, and are one row.
alter table feed_quarantine add column record_id text not null default '';
create index feed_quarantine_record on feed_quarantine (feed, record_id) where line = 0;
