"""Who may what: one line for each method of each route, one letter for each of the nine who may ask.

The letters: "+" done (2xx, or on to another of our pages) · "L" to the page to log in · "1" 401 · "#" 403, it may be
known but not done · "." 404, there is none or it is not theirs to know · "x" 409, allowed but not in this state ·
"!" 422, allowed but not what was sent. A page tells a refused act in words and goes on to another page: that is "+".

Whoever adds a route adds its line; tests/web/test_matrix.py fails until it is there.
"""

from dataclasses import dataclass
from typing import Final

# The nine: administrator, secretary, chair, operator, delegate, observer (of the city 024), outsider (secretary of the
# province next door), nobody (an account without a role), visitor.

ANYWHERE: Final = """
GET    /livez                                                                     +++++++++
GET    /readyz                                                                    +++++++++
GET    /metrics                                                                   +#######1
GET    /favicon.ico                                                               +++++++++
POST   /i18n/setlang/                                                             +++++++++
GET    /accounts/login/                                                           +++++++++
POST   /accounts/login/                                                           +++++++++
GET    /accounts/logout/                                                          ++++++++L
POST   /accounts/logout/                                                          LLLLLLLLL
GET    /accounts/inactive/                                                        +++++++++
GET    /accounts/signup/                                                          +++++++++
POST   /accounts/signup/                                                          +++++++++
GET    /accounts/reauthenticate/                                                  ++++++++L
POST   /accounts/reauthenticate/                                                  ++++++++L
GET    /accounts/email/                                                           ++++++++L
POST   /accounts/email/                                                           ++++++++L
GET    /accounts/confirm-email/                                                   +++++++++
GET    /accounts/confirm-email/abc/                                               +++++++++
POST   /accounts/confirm-email/abc/                                               .........
GET    /accounts/password/change/                                                 ++++++++L
POST   /accounts/password/change/                                                 ++++++++L
GET    /accounts/password/set/                                                    ++++++++L
POST   /accounts/password/set/                                                    ++++++++L
GET    /accounts/password/reset/                                                  +++++++++
POST   /accounts/password/reset/                                                  +++++++++
GET    /accounts/password/reset/done/                                             +++++++++
GET    /accounts/password/reset/key/1-abc/                                        +++++++++
POST   /accounts/password/reset/key/1-abc/                                        +++++++++
GET    /accounts/password/reset/key/done/                                         +++++++++
GET    /accounts/login/code/confirm/                                              ++++++++L
POST   /accounts/login/code/confirm/                                              ++++++++L
GET    /accounts/2fa/                                                             ++++++++L
GET    /accounts/2fa/authenticate/                                                ++++++++L
POST   /accounts/2fa/authenticate/                                                ++++++++L
GET    /accounts/2fa/reauthenticate/                                              ++++++++L
POST   /accounts/2fa/reauthenticate/                                              ++++++++L
GET    /accounts/2fa/totp/activate/                                               ++++++++L
POST   /accounts/2fa/totp/activate/                                               ++++++++L
GET    /accounts/2fa/totp/deactivate/                                             ........L
POST   /accounts/2fa/totp/deactivate/                                             ........L
GET    /accounts/2fa/recovery-codes/                                              ........L
GET    /accounts/2fa/recovery-codes/generate/                                     ++++++++L
POST   /accounts/2fa/recovery-codes/generate/                                     ++++++++L
GET    /accounts/2fa/recovery-codes/download/                                     ........L
GET    /                                                                          ++++++++L
GET    /network/                                                                  ++++#++#L
GET    /network/?view=week                                                        ++++#++#L
GET    /network/?view=week-table                                                  ++++#++#L
GET    /network/slots/                                                            ++####+#L
GET    /network/bridges/                                                          ++++#++#L
GET    /network/bridges/?view=week                                                ++++#++#L
GET    /network/map/                                                              ++++#++#L
GET    /tablet/                                                                   ++++++++L
GET    /tablet/all/                                                               ++++++++L
GET    /meetings/                                                                 ++++++++L
GET    /meetings/new/                                                             ++####+#L
POST   /meetings/new/                                                             ++####!#L
POST   /meetings/new/check/                                                       ++####+#L
POST   /meetings/new/dates/                                                       ++####!#L
POST   /series/new/                                                               ++####!#L
GET    /meetings/new/chairs/                                                      ++####+#L
GET    /groups/                                                                   ++####+#L
GET    /groups/new/                                                               ++####+#L
POST   /groups/new/                                                               ++####!#L
GET    /calendar/                                                                 ++++++++L
POST   /calendar/                                                                 ++++++++L
GET    /calendar/abc.ics                                                          .........
GET    /templates/                                                                ++####+#L
GET    /api/v1/templates                                                          ++####+#1
GET    /api/v1/groups                                                             ++####+#1
POST   /api/v1/groups                                                             ++######1
GET    /meetings/new/others/?ask=dong+van                                        ++####+#L
POST   /meetings/new/owners/                                                      ++####+#L
GET    /requests/                                                                 ++####+#L
POST   /meetings/new/precedence/                                                  ++####!#L
GET    /notices/                                                                  ++++++++L
POST   /notices/read/                                                             ++++++++L
POST   /notices/1/read/                                                           ........L
GET    /network/blocks/                                                           ++####+#L
GET    /network/blocks/new/                                                       ++####+#L
POST   /network/blocks/new/                                                       ++####!#L
GET    /network/blocks/1/                                                         ..####.#L
POST   /network/blocks/1/                                                         ..####.#L
POST   /network/blocks/1/remove/                                                  ..####.#L
GET    /administration/                                                           +#######L
GET    /administration/accounts/new/                                              +#######L
POST   /administration/accounts/new/                                              +#######L
GET    /administration/units/?unit=02                                             +#######L
GET    /administration/calendar/                                                  ++####+#L
POST   /administration/calendar/                                                  +#######L
GET    /administration/calendar/2031-06-02/                                       +#######L
POST   /administration/calendar/2031-06-02/                                       +#######L
POST   /administration/calendar/2031-06-02/remove/                                +#######L
GET    /endpoints/X00715/hours/                                                   ++#+....L
POST   /endpoints/X00715/hours/                                                   ++#+....L
POST   /endpoints/X00715/hours/week/                                              +###....L
POST   /endpoints/X00715/closures/1/end/                                          ..#.....L
GET    /administration/connections/                                               +#######L
GET    /administration/journal/                                                   ########L
GET    /administration/journal/?of=network&check=                                 ########L
GET    /meetings/of-booking/{booking}/                                            ++++++..L
GET    /administration/reorganisation/                                            +#######L
POST   /administration/reorganisation/                                            !#######L
GET    /administration/reorganisation/templates/mapping.csv                       +#######L
GET    /administration/reorganisation/{reorganisation}/                           +#######L
POST   /administration/reorganisation/{reorganisation}/acts/suggest/              +#######L
POST   /administration/reorganisation/{reorganisation}/acts/nothing/              ........L
GET    /join/                                                                     +++++++++
GET    /reports/                                                                  +++##++#L
GET    /reports/units/                                                            +++##++#L
GET    /api/v1/openapi.json                                                       +++++++++
GET    /api/v1/                                                                   .........
GET    /api/v1/people                                                             ++####+#1
GET    /api/v1/endpoints                                                          ++++#++#1
GET    /api/v1/bridges                                                            ++++#++#1
POST   /api/v1/selection                                                          +++!#!!#1
POST   /api/v1/slots                                                              +++!#!!#1
GET    /api/v1/availability?from=2031-12-01T00:00:00Z&to=2031-12-02T00:00:00Z     ++++#++#1
GET    /api/v1/meetings                                                           ++++++++1
POST   /api/v1/meetings                                                           ++######1
POST   /api/v1/meetings/check                                                     ++######1
GET    /api/v1/requests                                                           ++####+#1
"""

# Columns: a meeting in session, one of the province next door, one that is over, a draft.
MEETINGS: Final = """
GET    /meetings/{meeting}/                                               +++##+..L ......+.L +++##+..L +++..+..L
GET    /meetings/{meeting}/parts/head/                                    +++##+..L ......+.L +++##+..L +++..+..L
GET    /meetings/{meeting}/parts/displaced/                               +++##+..L ......+.L +++##+..L +++..+..L
GET    /meetings/{meeting}/precedence/                                    ++####..L ......+.L ++####..L ++#..#..L
POST   /meetings/{meeting}/precedence/                                    ++####..L ......+.L ++####..L ++#..#..L
POST   /meetings/{meeting}/precedence/move/                               ++####..L ......+.L ++####..L ++#..#..L
POST   /api/v1/meetings/{meeting}/preempt                                 xx####..1 ......x.1 xx####..1 ++#..#..1
GET    /meetings/{meeting}/parts/life/                                    +++##+..L ......+.L +++##+..L +++..+..L
GET    /meetings/{meeting}/parts/agenda/                                  +++##+..L ......+.L +++##+..L +++..+..L
GET    /meetings/{meeting}/parts/invitations/                             +++##+..L ......+.L +++##+..L +++..+..L
GET    /meetings/{meeting}/parts/people/                                  +++##+..L ......+.L +++##+..L +++..+..L
GET    /meetings/{meeting}/parts/history/                                 +++##+..L ......+.L +++##+..L +++..+..L
GET    /meetings/{meeting}/parts/requests/                                +++##+..L ......+.L +++##+..L +++..+..L
GET    /meetings/{meeting}/parts/nothing/                                 ........L ........L ........L ........L
GET    /meetings/{meeting}/history/                                       +++###..L ......+.L +++###..L +++..#..L
POST   /meetings/{meeting}/acts/open/                                     +++###..L ......+.L +++###..L +++..#..L
POST   /meetings/{meeting}/acts/close/                                    +++###..L ......+.L +++###..L +++..#..L
POST   /meetings/{meeting}/acts/cancel/                                   ++####..L ......+.L ++####..L ++#..#..L
POST   /meetings/{meeting}/acts/postpone/                                 ++####..L ......+.L ++####..L ++#..#..L
POST   /meetings/{meeting}/acts/nothing/                                  ........L ........L ........L ........L
GET    /meetings/{meeting}/edit/                                          ++####..L ......+.L ++####..L ++#..#..L
POST   /meetings/{meeting}/edit/                                          xx####..L ......x.L xx####..L ++#..#..L
POST   /meetings/{meeting}/move/                                          !!####..L ......!.L !!####..L !!#..#..L
POST   /meetings/{meeting}/requests/                                      ++####..L ......+.L ++####..L ++#..#..L
POST   /meetings/{meeting}/line/join/                                     ++####..L ......+.L ++####..L ++#..#..L
POST   /meetings/{meeting}/line/take/                                     ++####..L ......+.L ++####..L ++#..#..L
POST   /meetings/{meeting}/line/leave/                                    ++####..L ......+.L ++####..L ++#..#..L
POST   /requests/{request}/approve/                                       ++......L ......+.L ++......L ++......L
POST   /requests/{request}/refuse/                                        ++......L ......+.L ++......L ++......L
POST   /requests/{request}/withdraw/                                      ++......L ......+.L ++......L ++......L
GET    /meetings/{meeting}/people/                                        +++##+..L ......+.L +++##+..L +++..+..L
GET    /meetings/{meeting}/people/new/                                    ++####..L ......+.L ++####..L ++#..#..L
POST   /meetings/{meeting}/people/new/                                    ++####..L ......+.L xx####..L ++#..#..L
GET    /meetings/{meeting}/people/import/                                 ++####..L ......+.L ++####..L ++#..#..L
POST   /meetings/{meeting}/people/import/                                 ++####..L ......+.L ++####..L ++#..#..L
GET    /meetings/{meeting}/people/template.csv                            ++####..L ......+.L ++####..L ++#..#..L
GET    /meetings/{meeting}/people/template.xlsx                           ++####..L ......+.L ++####..L ++#..#..L
GET    /meetings/{meeting}/people/{participant}/                          ++####..L ......+.L ++####..L ++#..#..L
POST   /meetings/{meeting}/people/{participant}/                          ++####..L ......+.L xx####..L ++#..#..L
POST   /meetings/{meeting}/people/{participant}/remove/                   ++####..L ......+.L ++####..L ++#..#..L
POST   /meetings/{meeting}/people/{participant}/code/                     ++####..L ......+.L ++####..L ++#..#..L
GET    /meetings/{meeting}/letters/                                       ++####..L ......+.L ++####..L ++#..#..L
GET    /meetings/{meeting}/letters/progress/                              ++####..L ......+.L ++####..L ++#..#..L
POST   /meetings/{meeting}/letters/send/                                  ++####..L ......+.L ++####..L ++#..#..L
GET    /meetings/{meeting}/letters/{letter}/                              ++####..L ......+.L ++####..L ++#..#..L
POST   /meetings/{meeting}/letters/{letter}/again/                        ++####..L ......+.L ++####..L ++#..#..L
GET    /meetings/{meeting}/letters/{letter}/file/                         ++####..L ......+.L ++####..L ++#..#..L
GET    /meetings/{meeting}/agenda/new/                                    ++####..L ......+.L ++####..L ++#..#..L
POST   /meetings/{meeting}/agenda/new/                                    ++####..L ......+.L xx####..L ++#..#..L
POST   /meetings/{meeting}/agenda/order/                                  ++####..L ......+.L ++####..L ++#..#..L
GET    /meetings/{meeting}/agenda/{item}/edit/                            ++####..L ......+.L ++####..L ++#..#..L
POST   /meetings/{meeting}/agenda/{item}/edit/                            ++####..L ......+.L xx####..L ++#..#..L
POST   /meetings/{meeting}/agenda/{item}/move/                            ++####..L ......+.L ++####..L ++#..#..L
POST   /meetings/{meeting}/agenda/{item}/start/                           +++###..L ......+.L +++###..L +++..#..L
POST   /meetings/{meeting}/agenda/{item}/remove/                          ++####..L ......+.L ++####..L ++#..#..L
GET    /meetings/{meeting}/documents/new/                                 ++####..L ......+.L ++####..L ++#..#..L
POST   /meetings/{meeting}/documents/new/                                 ++####..L ......+.L xx####..L ++#..#..L
POST   /meetings/{meeting}/documents/publish/                             ++####..L ......+.L ++####..L ++#..#..L
GET    /meetings/{meeting}/scan/                                          ++#+##..L ......+.L ++#+##..L ++#..#..L
GET    /meetings/{meeting}/scan/people/?endpoint={endpoint}               ++#+##..L ......+.L ++#+##..L ..#..#..L
GET    /meetings/{meeting}/my-code/                                       ....+...L ......+.L ....+...L ........L
GET    /meetings/{meeting}/board/                                         +++##+..L ......+.L +++##+..L +++..+..L
GET    /meetings/{meeting}/board/{endpoint}/                              +++##+..L ......+.L +++##+..L ........L
GET    /meetings/{meeting}/answer/                                        ....+...L ......+.L ....+...L ........L
POST   /meetings/{meeting}/answer/                                        ....+...L ......+.L ....x...L ........L
GET    /meetings/{meeting}/extend/                                        +++###..L ......+.L +++###..L +++..#..L
POST   /meetings/{meeting}/extend/                                        +++###..L ......+.L +++###..L +++..#..L
GET    /meetings/{meeting}/copy/                                          ++####..L ......+.L ++####..L ++#..#..L
POST   /meetings/{meeting}/copy/                                          ++####..L ......!.L ++####..L ++#..#..L
GET    /meetings/{meeting}/template/                                      ++####..L ......+.L ++####..L ++#..#..L
POST   /meetings/{meeting}/template/                                      ++####..L ......+.L ++####..L ++#..#..L
GET    /templates/{template}/                                             ++......L ......+.L ++......L ++......L
POST   /templates/{template}/                                             ++......L ......+.L ++......L ++......L
GET    /templates/{template}/delete/                                      ++......L ......+.L ++......L ++......L
POST   /templates/{template}/delete/                                      ++......L ......+.L ++......L ++......L
GET    /templates/{template}/book/                                        ++......L ......+.L ++......L ++......L
POST   /templates/{template}/book/                                        ++......L ......!.L ++......L ++......L
POST   /api/v1/meetings/{meeting}/copy                                    ++####..1 ......+.1 ++####..1 ++#..#..1
POST   /api/v1/templates                                                  ++####..1 ......+.1 ++####..1 ++#..#..1
POST   /calendar/{feed}/renew/                                            .+......L ......+.L .+......L .+......L
POST   /calendar/{feed}/revoke/                                           .+......L ......+.L .+......L .+......L
GET    /calendar/{secret}.ics                                             +++++++++ +++++++++ +++++++++ +++++++++
GET    /groups/{group}/                                                   ++......L ......+.L ++......L ++......L
POST   /groups/{group}/                                                   ++......L ......+.L ++......L ++......L
GET    /groups/{group}/delete/                                            ++......L ......+.L ++......L ++......L
POST   /groups/{group}/delete/                                            ++......L ......+.L ++......L ++......L
GET    /api/v1/groups/{group}                                             ++####.#1 ..####+#1 ++####.#1 ++####.#1
PATCH  /api/v1/groups/{group}                                             ++####.#1 ..####+#1 ++####.#1 ++####.#1
DELETE /api/v1/groups/{group}                                             ++####.#1 ..####+#1 ++####.#1 ++####.#1
GET    /meetings/{meeting}/tablet/                                        ++++++..L ......+.L ++++++..L +++..+..L
POST   /meetings/{meeting}/tablet/items/{item}/start/                     +++###..L ......+.L +++###..L +++..#..L
GET    /meetings/{meeting}/report/                                        +++##+..L ......+.L +++##+..L +++..+..L
GET    /meetings/{meeting}/report/attendance.xlsx                         +++##+..L ......+.L +++##+..L +++..+..L
GET    /meetings/{meeting}/report/attendance.pdf                          +++##+..L ......+.L +++##+..L +++..+..L
GET    /meetings/{meeting}/report/attendance.csv                          +++##+..L ......+.L +++##+..L +++..+..L
GET    /series/{series}/                                                  +++..+..L ......+.L +++..+..L +++..+..L
GET    /series/{series}/dates/{skipped}/add/                              ++#..#..L ......+.L ++#..#..L ++#..#..L
POST   /series/{series}/dates/{skipped}/add/                              ++#..#..L ......+.L ++#..#..L ++#..#..L
GET    /series/{series}/following/                                        ++#..#..L ......+.L ++#..#..L ++#..#..L
POST   /series/{series}/following/                                        ++#..#..L ......+.L ++#..#..L ++#..#..L
GET    /series/{series}/history/                                          ++#..#..L ......+.L ++#..#..L ++#..#..L
GET    /series/{series}/cancel/                                           ++#..#..L ......+.L ++#..#..L ++#..#..L
POST   /series/{series}/cancel/                                           ++#..#..L ......+.L ++#..#..L ++#..#..L
GET    /endpoints/{endpoint}/screen/                                      ++#+....L ......+.L ++#+....L ++#+....L
GET    /endpoints/{endpoint}/screen/code                                  ++#+....1 ......+.1 ++#+....1 ++#+....1
POST   /join/                                                             +++++++++ ######### +++++++++ !!!!!!!!!
GET    /join/{entry}/                                                     +++++++++ ######### +++++++++ !!!!!!!!!
POST   /join/{entry}/                                                     +++++++++ ######### +++++++++ !!!!!!!!!
GET    /c/{code}                                                          ++++++++L ++++++++L ++++++++L ++++++++L
POST   /c/{code}                                                          ++++++++L ++++++++L ++++++++L ++++++++L
WS     /ws/meetings/{meeting}/                                            ++++++##1 ######+#1 ++++++##1 +++##+##1
GET    /api/v1/meetings/{meeting}                                         ++++++..1 ......+.1 ++++++..1 +++..+..1
PATCH  /api/v1/meetings/{meeting}                                         xx####..1 ......x.1 xx####..1 ++#..#..1
POST   /api/v1/meetings/{meeting}/check                                   ++####..1 ......+.1 !!####..1 ++#..#..1
POST   /api/v1/meetings/{meeting}/book                                    xx####..1 ......x.1 xx####..1 ++#..#..1
POST   /api/v1/meetings/{meeting}/open                                    xxx###..1 ......x.1 xxx###..1 xxx..#..1
POST   /api/v1/meetings/{meeting}/close                                   +++###..1 ......+.1 xxx###..1 xxx..#..1
POST   /api/v1/meetings/{meeting}/archive                                 xx####..1 ......x.1 ++####..1 xx#..#..1
POST   /api/v1/meetings/{meeting}/cancel                                  xx####..1 ......x.1 xx####..1 ++#..#..1
POST   /api/v1/meetings/{meeting}/postpone                                xx####..1 ......x.1 xx####..1 xx#..#..1
POST   /api/v1/meetings/{meeting}/requests                                xx####..1 ......x.1 xx####..1 !!#..#..1
POST   /api/v1/meetings/{meeting}/line                                    xx####..1 ......x.1 xx####..1 ++#..#..1
POST   /api/v1/meetings/{meeting}/line/take                               xx####..1 ......x.1 xx####..1 xx#..#..1
POST   /api/v1/meetings/{meeting}/line/leave                              xx####..1 ......x.1 xx####..1 xx#..#..1
POST   /api/v1/requests/{request}/approve                                 ++......1 ......+.1 xx......1 ++......1
POST   /api/v1/requests/{request}/refuse                                  ++......1 ......+.1 ++......1 ++......1
POST   /api/v1/requests/{request}/withdraw                                ++......1 ......+.1 ++......1 ++......1
GET    /api/v1/meetings/{meeting}/participants                            +++##+..1 ......+.1 +++##+..1 +++..+..1
POST   /api/v1/meetings/{meeting}/participants                            ++####..1 ......+.1 xx####..1 ++#..#..1
PATCH  /api/v1/meetings/{meeting}/participants/{participant}              ++####..1 ......+.1 xx####..1 ++#..#..1
DELETE /api/v1/meetings/{meeting}/participants/{participant}              ++####..1 ......+.1 xx####..1 ++#..#..1
POST   /api/v1/meetings/{meeting}/participants/{participant}/answer       ++##+#..1 ......+.1 xx##x#..1 xx#..#..1
POST   /api/v1/meetings/{meeting}/participants/{participant}/code         ++####..1 ......+.1 ++####..1 ++#..#..1
GET    /api/v1/meetings/{meeting}/agenda                                  ++++++..1 ......+.1 ++++++..1 +++..+..1
POST   /api/v1/meetings/{meeting}/agenda                                  ++####..1 ......+.1 xx####..1 ++#..#..1
PUT    /api/v1/meetings/{meeting}/agenda/order                            ++####..1 ......+.1 xx####..1 ++#..#..1
PATCH  /api/v1/meetings/{meeting}/agenda/{item}                           ++####..1 ......+.1 xx####..1 ++#..#..1
DELETE /api/v1/meetings/{meeting}/agenda/{item}                           ++####..1 ......+.1 xx####..1 ++#..#..1
POST   /api/v1/meetings/{meeting}/agenda/{item}/start                     +++###..1 ......+.1 xxx###..1 xxx..#..1
GET    /api/v1/meetings/{meeting}/documents                               ++++++..1 ......+.1 ++++++..1 +++..+..1
POST   /api/v1/meetings/{meeting}/documents                               ++####..1 ......+.1 xx####..1 ++#..#..1
POST   /api/v1/meetings/{meeting}/check-ins                               ++++++..1 ......+.1 ++++++..1 +++..+..1
GET    /api/v1/meetings/{meeting}/attendance                              +++##+..1 ......+.1 +++##+..1 +++..+..1
GET    /api/v1/meetings/{meeting}/attendance.xlsx                         +++##+..1 ......+.1 +++##+..1 +++..+..1
GET    /api/v1/meetings/{meeting}/attendance.pdf                          +++##+..1 ......+.1 +++##+..1 +++..+..1
GET    /api/v1/meetings/{meeting}/attendance.csv                          +++##+..1 ......+.1 +++##+..1 +++..+..1
GET    /api/v1/series/{series}                                            +++..+..1 ......+.1 +++..+..1 +++..+..1
POST   /api/v1/series/{series}/dates                                      ++#..#..1 ......+.1 ++#..#..1 ++#..#..1
DELETE /api/v1/series/{series}/dates/{coming}                             ++#..#..1 ......+.1 ++#..#..1 ++#..#..1
POST   /api/v1/series/{series}/following                                  ++#..#..1 ......+.1 ++#..#..1 ++#..#..1
POST   /api/v1/series/{series}/cancel                                     ++#..#..1 ......+.1 ++#..#..1 ++#..#..1
GET    /api/v1/meetings/{meeting}/presence                                +++###..1 ......+.1 +++###..1 +++..#..1
GET    /api/v1/meetings/{meeting}/state                                   ++++++..1 ......+.1 ++++++..1 +++..+..1
GET    /api/v1/meetings/{meeting}/events?after=0                          ++++++..1 ......+.1 ++++++..1 +++..+..1
GET    /meetings/{meeting}/tablet/documents/{document}/                   +++.++..L ......+.L +++.++..L +++..+..L
GET    /documents/{document}/                                             +++.++..L ......+.L +++.++..L +++..+..L
GET    /documents/{document}/edit/                                        ++#.##..L ......+.L ++#.##..L ++#..#..L
POST   /documents/{document}/edit/                                        ++#.##..L ......+.L xx#.##..L ++#..#..L
POST   /documents/{document}/versions/new/                                ++#.##..L ......+.L xx#.##..L ++#..#..L
POST   /documents/{document}/publish/                                     ++#.##..L ......+.L ++#.##..L ++#..#..L
POST   /documents/{document}/withdraw/                                    ++#.##..L ......+.L ++#.##..L ++#..#..L
POST   /documents/{document}/remove/                                      ++#.##..L ......+.L ++#.##..L ++#..#..L
GET    /documents/{document}/{sha256}.pdf                                 +++.++..1 ......+.1 +++.++..1 +++..+..1
GET    /documents/{document}/{sha256}.webp                                +++.++..1 ......+.1 +++.++..1 +++..+..1
GET    /api/v1/documents/{document}                                       +++.++..1 ......+.1 +++.++..1 +++..+..1
PATCH  /api/v1/documents/{document}                                       ++#.##..1 ......+.1 xx#.##..1 ++#..#..1
DELETE /api/v1/documents/{document}                                       xx#.##..1 ......x.1 xx#.##..1 xx#..#..1
POST   /api/v1/documents/{document}/versions                              ++#.##..1 ......+.1 xx#.##..1 ++#..#..1
POST   /api/v1/documents/{document}/publish                               ++#.##..1 ......+.1 xx#.##..1 ++#..#..1
POST   /api/v1/documents/{document}/withdraw                              ++#.##..1 ......+.1 ++#.##..1 ++#..#..1
GET    /api/v1/documents/{document}/file                                  +++.++..1 ......+.1 +++.++..1 +++..+..1
"""

# Columns: an account within the administrator's reach, one of the province next door, one with roles in both, and the
# administrator's own.
ACCOUNTS: Final = """
GET    /administration/accounts/{account}/                  +.......L ........L +.......L +.......L
POST   /administration/accounts/{account}/roles/new/        +.......L ........L #.......L +.......L
POST   /administration/accounts/{account}/password/         +.......L ........L #.......L +.......L
POST   /administration/accounts/{account}/acts/deactivate/  +.......L ........L #.......L +.......L
POST   /administration/accounts/{account}/acts/reactivate/  +.......L ........L #.......L +.......L
POST   /administration/accounts/{account}/acts/turn-off-two-steps/ +.......L ........L #.......L +.......L
POST   /administration/accounts/{account}/acts/withdraw-role/ +.......L ........L #.......L +.......L
POST   /administration/accounts/{account}/acts/withdraw-token/ +.......L ........L #.......L +.......L
POST   /administration/accounts/{account}/acts/nothing/     ........L ........L ........L ........L
"""

# Columns, in the meeting in session: a published document, a draft, one withdrawn, one for the secretariat only, a
# published one of which an older version is asked for, and one of which a newer version is not published yet.
PAPERS: Final = """
GET    /meetings/{meeting}/tablet/documents/{document}/ +++.++..L +++.....L +++.....L +++.....L +++.++..L +++.++..L
GET    /documents/{document}/                           +++.++..L +++.....L +++.....L +++.....L +++.++..L +++.++..L
GET    /documents/{document}/edit/                      ++#.##..L ++#.....L ++#.....L ++#.....L ++#.##..L ++#.##..L
POST   /documents/{document}/edit/                      ++#.##..L ++#.....L xx#.....L ++#.....L ++#.##..L ++#.##..L
POST   /documents/{document}/versions/new/              ++#.##..L ++#.....L xx#.....L ++#.....L ++#.##..L ++#.##..L
POST   /documents/{document}/publish/                   ++#.##..L ++#.....L ++#.....L ++#.....L ++#.##..L ++#.##..L
POST   /documents/{document}/withdraw/                  ++#.##..L ++#.....L ++#.....L ++#.....L ++#.##..L ++#.##..L
POST   /documents/{document}/remove/                    ++#.##..L ++#.....L ++#.....L ++#.....L ++#.##..L ++#.##..L
GET    /documents/{document}/{sha256}.pdf               +++.++..1 +++.....1 +++.....1 +++.....1 +++.....1 +++.....1
GET    /documents/{document}/{sha256}.webp              +++.++..1 +++.....1 +++.....1 +++.....1 +++.....1 +++.....1
GET    /api/v1/documents/{document}                     +++.++..1 +++.....1 +++.....1 +++.....1 +++.++..1 +++.++..1
PATCH  /api/v1/documents/{document}                     ++#.##..1 ++#.....1 xx#.....1 ++#.....1 ++#.##..1 ++#.##..1
DELETE /api/v1/documents/{document}                     xx#.##..1 ++#.....1 xx#.....1 xx#.....1 xx#.##..1 xx#.##..1
POST   /api/v1/documents/{document}/versions            ++#.##..1 ++#.....1 xx#.....1 ++#.....1 ++#.##..1 ++#.##..1
POST   /api/v1/documents/{document}/publish             ++#.##..1 ++#.....1 xx#.....1 ++#.....1 ++#.##..1 ++#.##..1
POST   /api/v1/documents/{document}/withdraw            ++#.##..1 xx#.....1 xx#.....1 ++#.....1 ++#.##..1 ++#.##..1
GET    /api/v1/documents/{document}/file                +++.++..1 +++.....1 +++.....1 +++.....1 +++.++..1 +++.++..1
"""


@dataclass(frozen=True)
class Row:
    """`template` as in tests/web/stage.py; `expected` has a word of nine letters for each column of its table."""

    method: str
    template: str
    expected: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


def rows(table: str) -> list[Row]:
    """The lines of a table."""
    found = []
    for line in table.strip().splitlines():
        method, template, *expected = line.split()
        found.append(Row(method, template, tuple(expected)))
    return found


def every_row() -> list[Row]:
    """All lines of all tables."""
    return [row for table in (ANYWHERE, MEETINGS, ACCOUNTS, PAPERS) for row in rows(table)]
