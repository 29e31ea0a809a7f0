"""The addresses of the pages."""

from django.urls import include, path

from qipan.web import (
    batches,
    boards,
    decided,
    definitions,
    exchange,
    firm_pages,
    health,
    health_export,
    health_mending,
    login,
    reference,
    second_factor,
    single_sign_on,
    trail,
    uncertain,
    unit_pages,
    units,
)
from qipan.web.api.root import api
from qipan.web.board_urls import pages as boards_and_map
from qipan.web.lists.urls import pages as lists
from qipan.web.people import pages as people
from qipan.web.records.urls import pages as records
from qipan.web.search import pages as search
from qipan.web.wizard.urls import pages as wizard

pages = [
    *lists,
    path("", boards.leader, name="leader"),
    path("why/<str:token>/", boards.why, name="why"),
    *boards_and_map,
    path("firms/uncertain/", uncertain.queue, name="firms-uncertain"),
    path("firms/uncertain/<number:number>/", uncertain.verdict, name="firms-verdict"),
    path("firms/decided/", decided.decided, name="firms-decided"),
    path("firms/decided/<number:number>/take-back/", decided.take_back, name="verdict-take-back"),
    path("firms/<number:number>/", firm_pages.firm, name="firm"),
    path("firms/<number:number>/portrait/", firm_pages.portrait, name="firm-portrait"),
    path("firms/<number:number>/brief/", firm_pages.brief, name="firm-brief"),
    path("firms/<number:number>/brief.docx", firm_pages.brief_docx, name="firm-brief-docx"),
    path("batches/", batches.batch_list, name="batches"),
    path("batches/loading/", batches.loading, name="loading"),
    path("batches/<number:number>/", batches.batch, name="batch"),
    path("batches/<number:number>/undo/", batches.undo_page, name="undo"),
    path("batches/<number:number>/problems.csv", batches.problems_csv, name="problems-export"),
    path("batches/<number:number>/files/<number:sheet>/", batches.annotated, name="annotated"),
    *wizard,
    path("health/", health.health, name="health"),
    path("health/progress/", health.progress, name="health-progress"),
    path("health/look/", health.look, name="health-look"),
    path("health/mend/", health_mending.mend, name="health-mend"),
    path("health/export.csv", health_export.export, name="health-export"),
    path("health/<number:number>/", health.finding, name="finding"),
    path("units/", units.tree, name="units"),
    path("units/<number:number>/", unit_pages.unit, name="unit"),
    path("measures/", definitions.measures, name="measures"),
    path("measures/<str:code>/", definitions.measure, name="measure"),
    *records,
    *search,
    path("api/", reference.reference, name="api"),
    path("tokens/", exchange.token_list, name="tokens"),
    path("tokens/<number:number>/revoke/", exchange.token_revoke, name="token-revoke"),
    path("webhooks/", exchange.webhook_list, name="webhooks"),
    path("webhooks/<number:number>/", exchange.webhook, name="webhook"),
    path("log-in/", login.LogIn.as_view(), name="log-in"),
    path("log-out/", login.LogOut.as_view(), name="log-out"),
    path("log-in/code/", second_factor.code, name="code"),
    path("log-in/sso/", single_sign_on.begin, name="single-sign-on"),
    path("log-in/sso/back/", single_sign_on.back, name="single-sign-on-back"),
    path("account/", second_factor.account, name="account"),
    path("account/second-factor/", second_factor.settle, name="second-factor"),
    path("account/sessions/", second_factor.end_sessions, name="end-sessions"),
    path("people/", people.people_list, name="people"),
    path("people/new/", people.new, name="person-new"),
    path("people/<number:number>/", people.person_page, name="person"),
    path("people/<number:number>/grant/", people.grant, name="person-grant"),
    path("people/<number:number>/withdraw/<number:grant>/", people.withdraw, name="person-withdraw"),
    path("people/<number:number>/depute/<number:grant>/", people.depute, name="person-depute"),
    path("people/<number:number>/<str:act>/", people.account_act, name="person-act"),
    path("trail/", trail.trail, name="trail"),
    path("trail/verify/", trail.verify, name="trail-verify"),
    path("trail/export.csv", trail.export, name="trail-export"),
    path("password/", login.password_page, name="password"),
    path("language/", login.switch_language, name="language"),
]

# Made here and no earlier: when addresses are first asked for, every desk has declared its nouns.
urlpatterns = [path("", include((pages, "web"))), path("api/v1/", api().urls)]

handler400 = "qipan.web.errors.wrong_request"
handler403 = "qipan.web.errors.no_right"
handler404 = "qipan.web.errors.not_found"
handler500 = "qipan.web.errors.broken"
