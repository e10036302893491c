/// 获客: codes people come by, the page behind them, and the welcome.
///
/// Owns the rows (definitions in [LiveCodeStore], places and counts in [SeatStore], codes at the
/// platform in [WayStore], welcomes in [WelcomeStore]), the page that reserves a place
/// ([EntryResource]), the leader that keeps the platform's codes ahead of exhaustion ([Ways]), the
/// welcome that goes first ([Welcomes]) and the operator's calls ([LiveCodeResource]). Who takes
/// whom is `core`'s room of the same name.
@NullMarked
package io.huoshui.server.acquisition;

import org.jspecify.annotations.NullMarked;
