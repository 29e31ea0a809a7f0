"""The addresses of lists."""

from django.urls import path

from qipan.web.lists import many, pages, taking, views

addresses = [
    path("firms/", pages.firm_list, name="firms"),
    path("facts/<number:number>/", pages.fact, name="fact"),
    path("records/", pages.directory, name="lists"),
    path("records/<slug:code>/", pages.record_list, name="records"),
    path("records/<slug:code>/columns/", views.columns, name="list-columns"),
    path("records/<slug:code>/views/", views.keep, name="view-keep"),
    path("records/<slug:code>/export/", taking.export, name="list-export"),
    path("records/<slug:code>/many/change/", many.change_page, name="many-change"),
    path("records/<slug:code>/many/remove/", many.remove_page, name="many-remove"),
    path("records/<slug:code>/offered/<slug:column>/", pages.offered, name="list-offered"),
    path("lists/views/<number:number>/", views.change, name="view-change"),
    path("lists/jobs/<number:number>/", taking.job_page, name="list-job"),
    path("lists/jobs/<number:number>/cancel/", taking.cancel, name="list-job-cancel"),
    path("lists/jobs/<number:number>/file/", taking.job_file, name="list-job-file"),
]
