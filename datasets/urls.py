from django.urls import path

from datasets import api, api_versions
from datasets.views import contribute, dataset, deletion, gallery, mine, report, review

app_name = "datasets"

urlpatterns = [
    path("api/v1/drawings", api.DrawingsView.as_view(), name="drawings"),
    path("api/v1/drawings/<uuid:public_id>", api.DrawingView.as_view(), name="drawing"),
    path("api/v1/datasets", api_versions.DatasetsView.as_view(), name="api-datasets"),
    path("api/v1/datasets/<int:number>", api_versions.DatasetView.as_view(), name="api-dataset"),
    path("api/v1/datasets/<int:number>/export", api_versions.ExportView.as_view(), name="api-export"),
    path("contribute", contribute.contribute, name="contribute"),
    path("contribute/mine", mine.mine, name="mine"),
    path("contribute/delete", deletion.delete_all, name="delete-all"),
    path("contribute/delete/<uuid:public_id>", deletion.delete_one, name="delete"),
    path("drawings/<uuid:public_id>/report", report.report, name="report"),
    path("review", review.review, name="review"),
    path("review/next", review.another, name="review-next"),
    path("dataset", gallery.gallery, name="gallery"),
    path("dataset/sheets/<int:columns>/<str:ids>.png", gallery.sheet, name="sheet"),
    path("dataset/drawings/<uuid:public_id>", gallery.drawing, name="shown-drawing"),
    path("dataset/<int:number>", dataset.version, name="version"),
    path("dataset/<int:number>/card.md", dataset.card, name="card"),
    path("dataset/<int:number>/export/<str:format>", dataset.export, name="export"),
]
