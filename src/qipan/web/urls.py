"""The addresses of the pages."""

from django.urls import include, path, register_converter

from qipan.web import addresses, batches, boards, decided, definitions, firms, login, search, uncertain, units

register_converter(addresses.Number, "number")

pages = [
    path("", boards.leader, name="leader"),
    path("why/<str:token>/", boards.why, name="why"),
    path("firms/", firms.firm_list, name="firms"),
    path("firms/export.csv", firms.export, name="firms-export"),
    path("firms/uncertain/", uncertain.queue, name="firms-uncertain"),
    path("firms/uncertain/<number:number>/", uncertain.verdict, name="firms-verdict"),
    path("firms/decided/", decided.decided, name="firms-decided"),
    path("firms/decided/<number:number>/take-back/", decided.take_back, name="verdict-take-back"),
    path("firms/<number:number>/", firms.firm, name="firm"),
    path("batches/", batches.batch_list, name="batches"),
    path("batches/loading/", batches.loading, name="loading"),
    path("batches/<number:number>/", batches.batch, name="batch"),
    path("batches/<number:number>/undo/", batches.undo_page, name="undo"),
    path("batches/<number:number>/problems.csv", batches.problems_csv, name="problems-export"),
    path("batches/<number:number>/files/<number:sheet>/", batches.annotated, name="annotated"),
    path("units/", units.tree, name="units"),
    path("measures/", definitions.measures, name="measures"),
    path("measures/<str:code>/", definitions.measure, name="measure"),
    path("search/", search.results, name="search"),
    path("search/suggest/", search.suggest, name="suggest"),
    path("search/remember/", search.remembered, name="search-remember"),
    path("search/forget/", search.forgotten, name="search-forget"),
    path("log-in/", login.LogIn.as_view(), name="log-in"),
    path("log-out/", login.LogOut.as_view(), name="log-out"),
    path("password/", login.password_page, name="password"),
    path("language/", login.switch_language, name="language"),
]

urlpatterns = [path("", include((pages, "web")))]

handler400 = "qipan.web.errors.wrong_request"
handler403 = "qipan.web.errors.no_right"
handler404 = "qipan.web.errors.not_found"
handler500 = "qipan.web.errors.broken"
