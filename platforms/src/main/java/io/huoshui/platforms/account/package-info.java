/// What every client of a platform needs, whatever it says: which account it speaks for
/// ([Account]), one token however many ask ([Tokens]), never more calls than the platform takes
/// ([CallLimits]), and what an answer asks for ([Answers]). [Clients] puts them together.
///
/// Owns the table of answers and the table of allowances, both with source and date. Refuses to
/// know what is sent, to whom and why: that is its neighbours' (`wecom`, `wechat`, `sms`), and it
/// knows nothing of core. Example: `clients.wecom(account)` is WxJava's own service; every call
/// through it waits for its turn, carries the shared token and takes a fresh one at most once.
@NullMarked
package io.huoshui.platforms.account;

import org.jspecify.annotations.NullMarked;
