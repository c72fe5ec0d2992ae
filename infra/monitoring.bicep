metadata description = 'What watches over the app: whom alerts are sent to.'

@description('Resource id of the Application Insights component that the app reports to.')
param applicationInsightsId string

@description('Resource id of the Log Analytics workspace behind it.')
param logAnalyticsId string

param location string
param tags object

@description('Who is written to when an alert fires. Empty: nobody.')
param alertEmail string = ''

resource recipients 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(alertEmail)) {
  name: 'ag-story-to-manga'
  // Action groups are not kept in a region.
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'manga'
    enabled: true
    emailReceivers: [
      {
        name: 'operator'
        emailAddress: alertEmail
        useCommonAlertSchema: true
      }
    ]
  }
}

output recipientsId string = empty(alertEmail) ? '' : recipients.id
output watched object = {
  applicationInsights: applicationInsightsId
  logAnalytics: logAnalyticsId
  location: location
}
